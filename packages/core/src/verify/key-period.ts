import type { EvidenceTime } from './evidence.ts'
import type { Findings } from './findings.ts'
import type { ResolvedSigner } from './signer.ts'

/** When a managed key was in use, both ends included; without an end of its own it has none there. */
export interface KeyPeriod {
  readonly start?: Date | undefined
  readonly end?: Date | undefined
}

/** A key counts only for the time in which it was in use: at every time that a witness told, or now when there is none. */
export function checkKeyPeriod(
  { evidence }: ResolvedSigner,
  period: KeyPeriod | undefined,
  times: readonly EvidenceTime[],
  now: Date,
  findings: Findings,
): void {
  if (period === undefined || evidence.kind !== 'key') return
  // With a broken witness the time is not known, and the bundle is refused for that.
  if (times.length === 0 && findings.failures.some(({ check }) => check === 'log' || check === 'timestamp')) return
  const moments = times.length === 0 ? [now] : times.map(({ time }) => time)
  const outside = moments.find((time) => !isInUse(period, time))
  if (outside === undefined) return
  const from = period.start?.toISOString() ?? 'ever'
  findings.fail('signature', 'KEY_NOT_IN_USE', 'the signature was made when the key was not in use', {
    expected: `a time from ${from} to ${period.end?.toISOString() ?? 'today'}`,
    found: times.length === 0 ? `no time that a witness tells; now is ${now.toISOString()}` : outside.toISOString(),
  })
}

/** Whether `time` lies in the period. */
export function isInUse({ start, end }: KeyPeriod, time: Date): boolean {
  return (start === undefined || time >= start) && (end === undefined || time <= end)
}
