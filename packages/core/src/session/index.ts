// Many outputs, one seal: the door for plugins and for the commands sign-build and verify-build. Here live the state machine
// between a bundler's hooks and the signature, the exit guard, the folder rule, and the wiring of the other rooms.
// This file and what it imports load without cryptography: the rest comes when there is something to sign or to verify.
// Not here: any bundler's hooks (the plugins), how bytes are signed (seal/) or checked (verify/, policy/).

import type { CheckedSealer, SealerSetup } from './sealer.ts'
import type { SignBuildOptions } from './sign.ts'
import type { BuildReport } from './types.ts'
import type { BuildVerdict, VerifyBuildOptions } from './verify.ts'

export { openSession } from './registry.ts'
export { DEFAULT_BUNDLE } from './names.ts'
export { STATEMENT_NAME, SUMS_NAME } from './stale.ts'
export type { CheckedSealer, SealerSetup } from './sealer.ts'
export type { SignBuildOptions } from './sign.ts'
export type { BuildMode, BuildOptions, BuildReport, BuildSession, BuildSigner, Log, SignedRoot } from './types.ts'
export type { BuildReason, BuildVerdict, VerifyBuildOptions } from './verify.ts'

/**
 * Signs folders as they are on disk now: one statement and one bundle in each, one certificate for all. `required` is
 * `true` here unless an option or a variable says otherwise.
 * @returns the report; `undefined` when nothing was signed and `required` lets that pass
 * @throws SealwaxError `IDENTITY_MISSING` when there is nobody to sign as, `USAGE`, `SUBJECT_INVALID`, `FILE_EXISTS`,
 * and every code of keys, identities and services
 */
export async function signBuild(
  directories: string | readonly string[],
  options: SignBuildOptions = {},
): Promise<BuildReport | undefined> {
  return (await import('./sign.ts')).signBuild(directories, options)
}

/**
 * Verifies a folder against the bundle in it: the signature, the policy, and that the files are exactly those signed.
 * @throws SealwaxError for bad input and I/O; a folder that does not verify is a verdict with reasons
 */
export async function verifyBuild(directory: string, options: VerifyBuildOptions): Promise<BuildVerdict> {
  return (await import('./verify.ts')).verifyBuild(directory, options)
}

/**
 * A sealer made from references and files: key or identity, trusted root, signing config; every bundle is verified before
 * it is handed out.
 * @throws SealwaxError every code of keys, trust and signing config
 */
export async function createSealer(setup: SealerSetup = {}): Promise<CheckedSealer> {
  return (await import('./sealer.ts')).createSealer(setup)
}
