// Exit codes, the same for every verb. 10 to 13 are cosign's; scripts may rely on all of them.
import { isSealwaxError } from '@sealwax/core/errors'

export const exitCodes = {
  good: 0,
  /** Input, files, network. */
  error: 1,
  usage: 2,
  /** There is no signature where one was looked for. */
  noSignature: 10,
  /** Something that was named does not exist. */
  notFound: 11,
  /** What is there does not satisfy the policy: wrong key, identity, digest, changed file. */
  refused: 12,
  /** An identity was asked for and the signature carries no certificate. */
  noCertificate: 13,
  /** Could not be verified: evidence out of reach. */
  unverifiable: 14,
} as const

/** The exit code for a thrown error. `verb` matters: a service that does not answer is an error when signing, missing evidence when verifying. */
export function exitCodeOf(error: unknown, verb: string | undefined): number {
  if (!isSealwaxError(error)) return exitCodes.error
  if (error.code === 'USAGE' || error.code === 'POLICY_INVALID') return exitCodes.usage
  if (error.code === 'SIGNATURE_MISSING') return exitCodes.noSignature
  if (error.code === 'FILE_NOT_FOUND') return exitCodes.notFound
  if (error.code.startsWith('SERVICE_') && verb?.startsWith('verify') === true) return exitCodes.unverifiable
  return exitCodes.error
}
