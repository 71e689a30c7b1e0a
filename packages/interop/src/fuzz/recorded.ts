// Where recorded bundles are kept, and what they are about.
import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { SandboxIdentity } from '@sealwax/sandbox'

export const folder: string = join(import.meta.dirname, '..', '..', 'fuzz-seeds')

/** What they sign, also the second of two subjects of the statements. */
export const artifact = 'what is signed\n'
export const digest: string = hash('sha256', artifact)

/** Who signs those without a key. */
export const signer: SandboxIdentity = { kind: 'email', email: 'jane@acme.example', issuer: 'google' }
export const identity = { subject: 'jane@acme.example', issuer: 'https://accounts.google.com' } as const

export interface Recorded {
  /** The public key, PEM. */
  readonly key: string
  /** By name: Rekor's version, signer and content. */
  readonly bundles: Record<string, unknown>
}
