import { isSealwaxError, SealwaxError } from '../errors.ts'

const notOfTheirs: ReadonlySet<string> = new Set(['CANCELLED', 'USAGE', 'KEY_UNSUPPORTED'])

/** A service answered in the right form, and what it said is not true by the trusted root. Other errors pass unchanged. */
export function distrusted(what: string, service: string, url: string, cause: unknown): unknown {
  if (!isSealwaxError(cause) || cause.code.startsWith('SERVICE_') || notOfTheirs.has(cause.code)) return cause
  return new SealwaxError(
    'SERVICE_ANSWER_INVALID',
    `${what} from ${service} at ${url} cannot be trusted: ${cause.message}`,
    {
      expected: cause.expected ?? 'an answer that checks against the trusted root',
      found: cause.found,
      hint: 'the trusted root and the signing config must be of the same Sigstore; if they are, the service gives wrong answers',
      cause,
    },
  )
}
