// Every error that this package throws on purpose: one class, a closed union of stable codes. Room 1: imports nothing.

/**
 * Stable names of what can go wrong. They are part of the public surface: scripts may compare them, so a code is never
 * renamed and never reused with another meaning.
 */
export type ErrorCode =
  // wrong use
  | 'USAGE'
  | 'CANCELLED'
  // outside input that is not what it should be
  | 'ENCODING_INVALID'
  | 'INPUT_INVALID'
  | 'INPUT_TOO_LARGE'
  | 'BUNDLE_INVALID'
  | 'STATEMENT_INVALID'
  | 'SUBJECT_INVALID'
  | 'CERTIFICATE_INVALID'
  | 'TIMESTAMP_INVALID'
  | 'ENTRY_INVALID'
  | 'TRUST_INVALID'
  | 'SIGNING_CONFIG_INVALID'
  | 'POLICY_INVALID'
  // files
  | 'FILE_NOT_FOUND'
  | 'FILE_EXISTS'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  // keys
  | 'KEY_INVALID'
  | 'KEY_PASSWORD'
  | 'KEY_UNSUPPORTED'
  | 'KEY_STORE_MISSING'
  // identity
  | 'IDENTITY_MISSING'
  | 'IDENTITY_PROVIDER'
  | 'TOKEN_INVALID'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_AUDIENCE'
  // services
  | 'SERVICE_UNREACHABLE'
  | 'SERVICE_TIMEOUT'
  | 'SERVICE_REFUSED'
  | 'SERVICE_ANSWER_INVALID'
  // signing
  | 'SELF_CHECK_FAILED'
  | 'SIGNATURE_MISSING'
  | 'BUILD_INCOMPLETE'
  | 'BUILD_CHANGED'

/** What an error carries beside its message. */
export interface ErrorDetails {
  /** What should have been there, in words or as a value. */
  readonly expected?: string | undefined
  /** What was there instead. Never a secret. */
  readonly found?: string | undefined
  /** The next step for the person who reads it. */
  readonly hint?: string | undefined
  readonly cause?: unknown
}

/**
 * The one error class of sealwax. `message` says what failed and where; `expected`, `found` and `hint` say the rest.
 * None of them ever holds a token, a private key or a password.
 */
export class SealwaxError extends Error {
  override readonly name = 'SealwaxError'
  readonly code: ErrorCode
  readonly expected: string | undefined
  readonly found: string | undefined
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.expected = details.expected
    this.found = details.found
    this.hint = details.hint
  }
}

/** Whether `error` was thrown on purpose by sealwax, also by another copy of it in the same process. */
export function isSealwaxError(error: unknown): error is SealwaxError {
  return error instanceof Error && error.name === 'SealwaxError' && 'code' in error
}
