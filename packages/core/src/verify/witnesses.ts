import type { Bundle, TransparencyLogEntry } from '../bundle/index.ts'
import { shownName } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { isWithin, type LogKey, withAnyKey } from '../fulcio/index.ts'
import { type LoggedContent, type VerifiedEntry, verifyEntry } from '../rekor/index.ts'
import type { TrustedRoot } from '../trust/index.ts'
import { parseTimestamp, verifyTimestamp } from '../tsa/index.ts'
import { hashNames } from './content.ts'
import type { EvidenceEntry, EvidenceTime } from './evidence.ts'
import type { Findings } from './findings.ts'
import { isInUse } from './key-period.ts'
import type { ResolvedSigner } from './signer.ts'
import type { Trust } from './verify.ts'

/** The timestamps over the signature's bytes, each of which must verify if its authority is known. */
export function checkTimestamps(bundle: Bundle, root: TrustedRoot | undefined, findings: Findings): EvidenceTime[] {
  const items = bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []
  return items.flatMap(({ signedTimestamp }) => {
    if (root === undefined) {
      findings.unknown.push({ check: 'timestamp', message: 'no trusted root to check a timestamp with' })
      return []
    }
    const verified = findings.attempt('timestamp', 'TIMESTAMP_INVALID', () => {
      const timestamp = parseTimestamp(signedTimestamp)
      const answer = verifyTimestamp(timestamp, signatureOf(bundle), root.timestampAuthorities)
      if (answer === undefined)
        findings.unknown.push({
          check: 'timestamp',
          message: 'a timestamp by an authority that the trusted root does not name',
        })
      return answer
    })
    if (verified === undefined) return []
    return [{ time: verified.time, source: 'timestamp-authority' as const, authority: verified.authority }]
  })
}

interface CheckedEntries {
  readonly verified: readonly EvidenceEntry[]
  readonly times: readonly EvidenceTime[]
}

/** The log entries, each of which must verify and be about this bundle if its log is known. `now` is the verifier's clock. */
export function checkEntries(
  bundle: Bundle,
  trust: Trust,
  signer: ResolvedSigner,
  stamps: readonly EvidenceTime[],
  now: Date,
  findings: Findings,
): CheckedEntries {
  const verified: EvidenceEntry[] = []
  for (const entry of unique(bundle.verificationMaterial.tlogEntries, findings)) {
    const id = entry.logId.keyId.toString('base64')
    const logs = trust.root?.transparencyLogs.filter((item) => item.id === id) ?? []
    const expected = loggedContent(bundle, signer)
    if (logs.length === 0)
      findings.unknown.push({ check: 'log', message: `an entry of the log ${id}, which is not trusted` })
    if (expected === undefined) continue
    const found = findings.attempt('log', 'LOG_ENTRY_INVALID', () =>
      withAnyKey(logs, (log) => {
        const answer = verifyEntry(entry, log, expected, trust.witnesses)
        if (answer.integratedTime === undefined) requireInUse(log, entry, stamps, now)
        return answer
      }),
    )
    if (found === undefined || !isTimely(entry, signer, trust, findings)) continue
    const { unknownWitnesses, ...shown } = found
    verified.push(shown)
    for (const name of unknownWitnesses)
      findings.unknown.push({
        check: 'witness',
        message: `a signature of ${shownName(name)} under the checkpoint of ${shownName(log(found))}`,
      })
  }
  const times = verified.flatMap(({ integratedTime, url }) =>
    integratedTime === undefined ? [] : [{ time: integratedTime, source: 'transparency-log' as const, authority: url }],
  )
  return { verified, times }
}

function log({ origin, url }: VerifiedEntry): string {
  return origin ?? url
}

/** The same entry twice would count as two witnesses. */
function unique(entries: readonly TransparencyLogEntry[], findings: Findings): TransparencyLogEntry[] {
  const seen = new Set<string>()
  return entries.filter(({ logId, logIndex }) => {
    const name = `${logId.keyId.toString('base64')} ${logIndex}`
    if (seen.has(name)) findings.fail('log', 'LOG_ENTRY_INVALID', 'the bundle holds the same log entry twice')
    return !seen.has(name) && seen.add(name)
  })
}

/**
 * An entry without a signed time of its own (Rekor v2, or one whose promise was taken away) is as old as the timestamps; its
 * log's key must have been in use then. A time that the entry only claims cannot show that, but can show that it was not; and
 * with no time at all the key must at least be in use already.
 */
function requireInUse(
  { url, validFor }: LogKey,
  { integratedTime }: TransparencyLogEntry,
  stamps: readonly EvidenceTime[],
  now: Date,
): void {
  const claimed = integratedTime === '0' ? [] : [new Date(Number(integratedTime) * 1000)]
  const outside = [...stamps.map(({ time }) => time), ...claimed].find((time) => !isWithin(validFor, time))
  if (outside === undefined && now >= validFor.start) return
  const time = outside ?? now
  throw new SealwaxError('ENTRY_INVALID', "the signature's time lies outside the time in which the log was in use", {
    expected: `${url} from ${validFor.start.toISOString()} to ${validFor.end?.toISOString() ?? 'today'}`,
    found: Number.isNaN(time.getTime()) ? 'no time' : time.toISOString(),
  })
}

/** A time that the log did not sign proves nothing, but a wrong one shows that the bundle was put together from parts. */
function isTimely(
  { integratedTime }: TransparencyLogEntry,
  { certificate, evidence }: ResolvedSigner,
  { keyValidFor }: Trust,
  findings: Findings,
): boolean {
  const isKey = evidence.kind === 'key'
  const period = isKey ? keyValidFor : certificate && { start: certificate.notBefore, end: certificate.notAfter }
  const time = new Date(Number(integratedTime) * 1000)
  if (period === undefined || integratedTime === '0' || isInUse(period, time)) return true
  findings.fail(
    'log',
    'LOG_ENTRY_INVALID',
    `the entry was made when the ${isKey ? 'key' : 'certificate'} was not valid`,
    {
      expected: `a time from ${period.start?.toISOString() ?? 'ever'} to ${period.end?.toISOString() ?? 'today'}`,
      found: Number.isNaN(time.getTime()) ? 'no time' : time.toISOString(),
    },
  )
  return false
}

function loggedContent(bundle: Bundle, { key }: ResolvedSigner): LoggedContent | undefined {
  if (key === undefined) return undefined
  const { content } = bundle
  return {
    signature: signatureOf(bundle),
    verifier: key.logged,
    algorithm: key.algorithm,
    content:
      content.$case === 'dsseEnvelope'
        ? {
            kind: 'envelope',
            payloadType: content.dsseEnvelope.payloadType,
            payload: content.dsseEnvelope.payload,
          }
        : {
            kind: 'message',
            hash: hashNames[content.messageSignature.messageDigest.algorithm] ?? 'sha256',
            digest: content.messageSignature.messageDigest.digest,
          },
  }
}

function signatureOf({ content }: Bundle): Buffer {
  if (content.$case === 'messageSignature') return content.messageSignature.signature
  return content.dsseEnvelope.signatures[0]?.sig ?? Buffer.of()
}
