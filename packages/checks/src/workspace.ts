import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

export const root: string = fileURLToPath(new URL('../../..', import.meta.url))

type Exports = Record<string, string>

/** The parts of a package.json that the checks read. */
export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly license?: string
  readonly type?: string
  readonly description?: string
  readonly files?: string[]
  readonly engines?: Record<string, string>
  readonly repository?: { readonly directory?: string }
  readonly scripts?: Record<string, string>
  readonly bin?: Record<string, string>
  readonly exports?: Exports
  readonly publishConfig?: {
    readonly exports?: Exports
    readonly bin?: Record<string, string>
    readonly access?: string
  }
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
}

export interface Package {
  readonly directory: string
  readonly folder: string
  readonly manifest: Manifest
}

/** Every package below packages/ that is meant for publication. */
export function publishedPackages(): Package[] {
  return readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const directory = join(root, 'packages', name)
      const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest
      return { directory, folder: name, manifest }
    })
    .filter(({ manifest }) => manifest.private !== true)
}
