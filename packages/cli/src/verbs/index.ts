// Every verb: its name, the line in `sealwax help`, and how to load it. Nothing else of a verb is read before it is called.
import type { Command } from 'commander'

/** Declares a verb's arguments, flags and action on its (empty) command. */
export type Declare = (command: Command, outcome: Outcome) => void

/** What a verb leaves behind when it threw nothing: its exit code. */
export interface Outcome {
  exitCode: number
}

export interface Verb {
  readonly name: string
  readonly group: string
  readonly summary: string
  readonly load: () => Promise<{ readonly declare: Declare }>
}

const keys = 'Keys:'
const files = 'Files:'
const builds = 'Builds:'
const trust = 'Trust:'
/** Verbs that read and write no files of the user. */
export const more = 'More:'

export const verbs: readonly Verb[] = [
  {
    name: 'generate-key-pair',
    group: keys,
    summary: 'make a key pair: cosign.key (encrypted) and cosign.pub',
    load: () => import('./generate-key-pair.ts'),
  },
  {
    name: 'import-key-pair',
    group: keys,
    summary: 'encrypt a PEM private key of yours into a key pair',
    load: () => import('./import-key-pair.ts'),
  },
  {
    name: 'public-key',
    group: keys,
    summary: 'print the public key of a key reference',
    load: () => import('./public-key.ts'),
  },
  {
    name: 'sign-blob',
    group: files,
    summary: 'sign files, by key or with your identity',
    load: () => import('./sign-blob.ts'),
  },
  {
    name: 'verify-blob',
    group: files,
    summary: 'verify the signature of files',
    load: () => import('./verify-blob.ts'),
  },
  {
    name: 'attest-blob',
    group: files,
    summary: 'sign a statement about files',
    load: () => import('./attest-blob.ts'),
  },
  {
    name: 'verify-blob-attestation',
    group: files,
    summary: 'verify a signed statement about files',
    load: () => import('./verify-blob-attestation.ts'),
  },
  {
    name: 'sign-build',
    group: builds,
    summary: 'sign a whole output folder with one signature',
    load: () => import('./sign-build.ts'),
  },
  {
    name: 'verify-build',
    group: builds,
    summary: 'verify an output folder: nothing changed, missing or added',
    load: () => import('./verify-build.ts'),
  },
  {
    name: 'initialize',
    group: trust,
    summary: 'fetch whom to trust from a TUF repository, and keep it',
    load: () => import('./initialize.ts'),
  },
  {
    name: 'trusted-root',
    group: trust,
    summary: 'create a file that says whom to trust',
    load: () => import('./trusted-root.ts'),
  },
  {
    name: 'signing-config',
    group: trust,
    summary: 'create a file that says which services to sign with',
    load: () => import('./signing-config.ts'),
  },
  {
    name: 'sandbox',
    group: more,
    summary: 'run a private Sigstore on this machine, to try things out',
    load: () => import('./sandbox.ts'),
  },
  {
    name: 'env',
    group: more,
    summary: 'print the environment variables that count',
    load: () => import('./env.ts'),
  },
  {
    name: 'completion',
    group: more,
    summary: 'print a completion script for your shell',
    load: () => import('./completion.ts'),
  },
  {
    name: 'version',
    group: more,
    summary: 'print the version',
    load: () => import('./version.ts'),
  },
]
