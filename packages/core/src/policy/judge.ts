import { SealwaxError } from '../errors.ts'
import type { Evidence, Failure, FailureCode } from '../verify/index.ts'
import { isAnchored, type Matcher, matches } from './matcher.ts'
import type { IdentityMatcher, Policy } from './policy.ts'

export type ReasonCode =
  | FailureCode
  | 'SIGNER_KIND'
  | 'IDENTITY_MISMATCH'
  | 'LOG_MISSING'
  | 'TIMESTAMP_MISSING'
  | 'TIME_MISSING'
  | 'SCT_MISSING'
  | 'WITNESS_MISSING'
  | 'PREDICATE_TYPE'

/** Why not. */
export interface Reason {
  readonly code: ReasonCode
  readonly message: string
  readonly expected?: string
  readonly found?: string
}

export interface Verdict {
  readonly ok: boolean
  /** Empty exactly when `ok`. */
  readonly reasons: readonly Reason[]
  /** What the person who wrote the policy should know, whatever the outcome. */
  readonly warnings: readonly string[]
}

/**
 * Whether the evidence satisfies the policy, and every reason why not.
 * @throws SealwaxError `POLICY_INVALID` for a policy that cannot be meant: an empty matcher, a broken expression, a count that is none
 */
export function judge(evidence: Evidence, policy: Policy): Verdict {
  requireCounts(policy)
  const reasons = [
    ...evidence.failures.map(fromFailure),
    ...judgeSigner(evidence, policy),
    ...judgeWitnesses(evidence, policy),
    ...judgeContent(evidence, policy),
  ]
  return { ok: reasons.length === 0, reasons, warnings: warnings(policy) }
}

/** What is not a count compares as if nothing were asked for, or as if all were missing: it depends on the comparison. */
function requireCounts({ log, timestamps, times, scts, witnesses = 0 }: Policy): void {
  const counts = { log, timestamps, times, scts, witnesses }
  const wrong = Object.entries(counts).find(([, count]) => !Number.isSafeInteger(count) || count < 0)
  if (wrong === undefined) return
  throw new SealwaxError('POLICY_INVALID', `the policy's \`${wrong[0]}\` is not a count`, {
    expected: '0, 1, 2, ...',
    found: String(wrong[1]),
  })
}

function fromFailure({ code, message, expected, found }: Failure): Reason {
  return { code, message, ...(expected === undefined ? {} : { expected }), ...(found === undefined ? {} : { found }) }
}

function judgeSigner({ signer, signed, failures }: Evidence, policy: Policy): Reason[] {
  if (policy.signer.kind === 'key') {
    // A certificate shows who held a key for ten minutes; a policy that names a key means that key.
    if (signer.kind === 'key') return unsigned(signed, failures)
    return [
      { code: 'SIGNER_KIND', message: 'the bundle is signed with a certificate, not with the key that is asked for' },
    ]
  }
  if (signer.kind === 'unknown') return unsigned(signed, failures)
  if (signer.kind === 'key')
    return [{ code: 'SIGNER_KIND', message: 'the bundle is signed with a key, not with a certificate of an identity' }]
  const candidates = policy.signer.anyOf.map((identity) => compareIdentity(signer, identity))
  if (candidates.some((reasons) => reasons.length === 0)) return unsigned(signed, failures)
  // With one identity each difference is told; with several it would be a heap of guesses.
  if (candidates.length === 1) return candidates[0] ?? []
  return [
    {
      code: 'IDENTITY_MISMATCH',
      message: 'the signer is none of the identities that are asked for',
      expected: policy.signer.anyOf.map((item) => `${show(item.subject)} by ${show(item.issuer)}`).join('; '),
      found: `${signer.subjectAlternativeName.value} by ${signer.issuer ?? 'no issuer'}`,
    },
  ]
}

/** The last net: evidence without a good signature is never accepted, even if no failure says why. */
function unsigned(signed: boolean, failures: readonly Failure[]): Reason[] {
  return signed || failures.length > 0 ? [] : [{ code: 'SIGNATURE_INVALID', message: 'the signature was not verified' }]
}

function compareIdentity(
  signer: Extract<Evidence['signer'], { kind: 'certificate' }>,
  wanted: IdentityMatcher,
): Reason[] {
  const compare = (what: string, matcher: Matcher, found: string | undefined): Reason[] =>
    found !== undefined && matches(matcher, found)
      ? []
      : [
          {
            code: 'IDENTITY_MISMATCH',
            message: `the signer has another ${what} than the one that is asked for`,
            expected: show(matcher),
            found: found ?? 'none',
          },
        ]
  const extensions = Object.entries(wanted.extensions ?? {}).flatMap(([name, matcher]) =>
    compare(`certificate extension ${name}`, matcher, signer.extensions[name as keyof typeof signer.extensions]),
  )
  return [
    ...compare('identity', wanted.subject, signer.subjectAlternativeName.value),
    ...compare('issuer', wanted.issuer, signer.issuer),
    ...extensions,
  ]
}

type Check = Failure['check']

/** What a missing witness may be the consequence of. */
const causes: Readonly<Record<string, readonly Check[]>> = {
  LOG_MISSING: ['log', 'signature'],
  TIMESTAMP_MISSING: ['timestamp', 'signature'],
  TIME_MISSING: ['log', 'timestamp', 'signature'],
  WITNESS_MISSING: ['log', 'signature'],
  SCT_MISSING: ['sct', 'certificate', 'log', 'timestamp', 'signature'],
}

function judgeWitnesses(evidence: Evidence, policy: Policy): Reason[] {
  const { entries, times, scts, failures, unknown } = evidence
  const stamps = times.filter(({ source }) => source === 'timestamp-authority')
  const need = (code: ReasonCode, what: string, wanted: number, names: readonly string[]): Reason[] => {
    const got = new Set(names).size
    const related = causes[code] ?? []
    // A failure already refuses the bundle, and says why something is missing; the count would only repeat it.
    if (got >= wanted || failures.some(({ check }) => related.includes(check))) return []
    const asked = code === 'WITNESS_MISSING' ? ['witness'] : related
    const strangers = unknown
      .filter(({ check }) => (asked as readonly string[]).includes(check))
      .map(({ message }) => message)
    const found = [`${got}`, ...new Set(strangers)].join('; ')
    return [{ code, message: `the bundle has too few ${what}`, expected: `at least ${wanted}`, found }]
  }
  // Of one entry, not over all of them: a quorum speaks of one tree.
  const cosigned = entries.map(({ cosignatures }) => cosignatures.map(({ witness }) => witness))
  const quorum = cosigned.reduce((most, names) => (new Set(names).size > new Set(most).size ? names : most), [])
  // Names of logs and authorities, each counted once: ten timestamps by one authority are one witness.
  return [
    ...need(
      'LOG_MISSING',
      'entries in transparency logs',
      policy.log,
      entries.map(({ log }) => log),
    ),
    ...need(
      'TIMESTAMP_MISSING',
      'signed timestamps',
      policy.timestamps,
      stamps.map(({ authority }) => authority),
    ),
    ...need(
      'TIME_MISSING',
      'verified times',
      policy.times,
      times.map(({ source, authority }) => `${source} ${authority}`),
    ),
    ...need(
      'SCT_MISSING',
      'certificate transparency timestamps',
      policy.scts,
      scts.map(({ log }) => log),
    ),
    ...need(
      'WITNESS_MISSING',
      "signatures of known witnesses under the log's checkpoint",
      policy.witnesses ?? 0,
      quorum,
    ),
  ]
}

function judgeContent({ artifact, statement, failures }: Evidence, policy: Policy): Reason[] {
  const reasons: Reason[] = []
  const isTold = failures.some(({ check }) => check === 'subject' || check === 'signature')
  if (artifact !== 'matched' && policy.artifact !== 'optional' && !isTold)
    reasons.push({ code: 'ARTIFACT_MISSING', message: 'no artifact was given to compare the signed subjects with' })
  if (policy.predicateType !== undefined && statement?.predicateType !== policy.predicateType)
    reasons.push({
      code: 'PREDICATE_TYPE',
      message: 'the bundle states something else than what is asked for',
      expected: policy.predicateType,
      found: statement?.predicateType ?? 'no statement',
    })
  return reasons
}

function warnings({ signer }: Policy): string[] {
  if (signer.kind === 'key') return []
  const all = signer.anyOf.flatMap(({ issuer, subject, extensions }) => [
    issuer,
    subject,
    ...Object.values(extensions ?? {}),
  ])
  return all.flatMap(({ exact, regexp }) =>
    exact || !regexp || isAnchored(regexp)
      ? []
      : [`the expression ${regexp} is not anchored: it also accepts longer texts that contain a match; use ^...$`],
  )
}

function show(matcher: Matcher): string {
  return [matcher.exact, matcher.regexp && `/${matcher.regexp}/`].filter(Boolean).join(' and ')
}
