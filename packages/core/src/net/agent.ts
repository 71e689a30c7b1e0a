import { createRequire } from 'node:module'

let agent: string | undefined

/** What the services see of us: name and version, nothing about the machine. */
export function userAgent(): string {
  agent ??= `sealwax/${version()}`
  return agent
}

/** From the package file, which lies two folders up in the source and in what is published; a bundled copy has none. */
function version(): string {
  try {
    const { version: found } = createRequire(import.meta.url)('../../package.json') as { version?: unknown }
    return typeof found === 'string' ? found : 'unknown'
  } catch {
    return 'unknown'
  }
}
