import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { createRequire } from 'node:module'
import { peers } from '@sealwax/interop/peers'
import { figure } from './row.ts'

const require = createRequire(import.meta.url)

/** Load averages over 1, 5 and 15 minutes. */
export function load(): string {
  return loadavg().map(figure).join(', ')
}

/** The machine, and the versions of all that was compared, as a Markdown list. */
export function describeMachine(before: string, after: string): string {
  const processors = cpus()
  const peer = (name: string): string => `${name} ${peers.find((one) => one.name === name)?.version.slice(1)}`
  return [
    `- Machine: ${processors[0]?.model.trim()}, ${processors.length} cores, ${figure(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
    `- Versions: Node.js ${process.versions.node}, OpenSSL ${process.versions.openssl}, sealwax ${version('@sealwax/cli')}, Vite ${version('vite')}, @sigstore/verify ${version('@sigstore/verify')}`,
    `- Peers: ${['cosign', 'fulcio', 'rekor-server', 'timestamp-server', 'ct_server'].map(peer).join(', ')}`,
    `- Date: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC. Load average at the start ${before}; at the end ${after}`,
  ].join('\n')
}

function version(name: string): string {
  return (JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string }).version
}
