// sigstore-go, the library that cosign is made of, asked by way of a small program of ours: many bundles in one go.
import { spawnSync } from 'node:child_process'
import { judge, program } from '../peers.ts'
import type { PeerSays } from './library.ts'
import type { Mutant } from './mutant.ts'

interface Answer {
  readonly ok: boolean
  readonly error?: string
  readonly panicked?: boolean
}

/** What sigstore-go says of each. */
export function askSigstoreGo(mutants: readonly Mutant[]): PeerSays[] {
  const input = mutants.map((mutant) => `${JSON.stringify(question(mutant))}\n`).join('')
  const { stdout, stderr, status } = spawnSync(program(judge), { input, encoding: 'utf8', maxBuffer: 2 ** 29 })
  const lines = stdout.split('\n').slice(0, -1)
  if (status !== 0 || lines.length !== mutants.length)
    throw new Error(`${judge} ended with ${status} after ${lines.length} of ${mutants.length} answers: ${stderr}`)
  return lines.map((line) => {
    const { ok, error = '', panicked } = JSON.parse(line) as Answer
    return ok ? undefined : `${panicked === true ? 'panic: ' : ''}${error}`
  })
}

function question({ seed, bytes }: Mutant): object {
  const { artifact, digest, trustedRoot, signer } = seed
  return {
    bundle: bytes.toString('base64'),
    ...(artifact === undefined ? { digest } : { artifact: artifact.toString('base64') }),
    trustedRoot,
    ...signer,
  }
}
