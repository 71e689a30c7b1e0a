import type { KeyObject } from 'node:crypto'
import { isSealwaxError } from '../errors.ts'
import type { Certificate } from './certificate.ts'

/** A stretch of time, both ends included; without `end` it goes on. */
export interface Period {
  readonly start: Date
  readonly end?: Date
}

/** Who may issue certificates or timestamps: a chain, and when it was in use. */
export interface CertificateAuthority {
  readonly uri: string
  /** From the issuing certificate (or a timestamp authority's own leaf) to the root, which is the trust anchor. */
  readonly certificates: readonly Certificate[]
  readonly validFor: Period
}

/** The public key of a log: certificate transparency or signature transparency. */
export interface LogKey {
  readonly url: string
  /** The log's id as the entries name it, in base64. */
  readonly id: string
  /** The first four bytes of the key id that a checkpoint's signature line names (C2SP signed-note). */
  readonly checkpointHint: Buffer
  readonly key: KeyObject
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined
  readonly validFor: Period
}

/** Whether `time` lies in the period. */
export function isWithin(period: Period, time: Date): boolean {
  return time >= period.start && (period.end === undefined || time <= period.end)
}

/**
 * What `check` finds with the first of several keys of one log with which it does not throw. A trusted root may list a log
 * more than once, each time for another period of use.
 * @throws what `check` threw with the first key, when it throws with all of them
 */
export function withAnyKey<T>(keys: readonly LogKey[], check: (key: LogKey) => T): T | undefined {
  let closest: unknown
  for (const key of keys)
    try {
      return check(key)
    } catch (error) {
      if (!isSealwaxError(error)) throw error
      closest ??= error
    }
  if (closest !== undefined) throw closest
  return undefined
}
