import { SealwaxError } from '../errors.ts'
import type { ExtensionName } from '../fulcio/index.ts'
import type { Matcher } from './matcher.ts'

/** One acceptable signer: who (subject alternative name) according to whom (OIDC issuer). Both must match. */
export interface IdentityMatcher {
  readonly issuer: Matcher
  readonly subject: Matcher
  readonly extensions?: Readonly<Partial<Record<ExtensionName, Matcher>>>
}

/** What a bundle must show. Counts are of distinct logs and authorities. */
export interface Policy {
  readonly signer:
    | { readonly kind: 'key' }
    | { readonly kind: 'identities'; readonly anyOf: readonly IdentityMatcher[] }
  /** Transparency logs with a verified entry. */
  readonly log: number
  /** Timestamp authorities (RFC 3161) with a verified timestamp. */
  readonly timestamps: number
  /** Verified times from any witness: timestamps, and times that a log signed. */
  readonly times: number
  /** Certificate transparency logs that saw the certificate. */
  readonly scts: number
  /** Witnesses that must have cosigned the checkpoint of one and the same log entry; none unless said. */
  readonly witnesses?: number
  /** The in-toto predicate type that the statement must have. Implies that there is a statement. */
  readonly predicateType?: string
  /**
   * `required` (the default): the evidence must be about an artifact that was given and matched. `optional`: the caller
   * compares the subjects itself.
   */
  readonly artifact?: 'required' | 'optional'
}

export type KeylessOptions = Partial<Omit<Policy, 'signer'>>

/** cosign's thresholds. A key is trusted for itself, so only the log is asked for; a certificate lives for minutes. */
export function defaultPolicy(kind: 'key'): Policy {
  return { signer: { kind }, log: 1, timestamps: 0, times: 0, scts: 0 }
}

/**
 * The policy for certificates of one or more identities: one log entry, one certificate timestamp, one verified time, unless
 * `options` says otherwise.
 * @throws SealwaxError `POLICY_INVALID` without an identity: a certificate alone says only that somebody signed
 */
export function keylessPolicy(
  identities: IdentityMatcher | readonly IdentityMatcher[],
  options: KeylessOptions = {},
): Policy {
  const anyOf = 'issuer' in identities ? [identities] : identities
  if (anyOf.length === 0)
    throw new SealwaxError('POLICY_INVALID', 'the policy names no identity', {
      expected: 'at least one pair of certificate identity and issuer',
    })
  return { signer: { kind: 'identities', anyOf }, log: 1, timestamps: 0, times: 1, scts: 1, ...options }
}
