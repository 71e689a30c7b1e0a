import type { KeyObject } from 'node:crypto'
import type { Bundle } from '../bundle/index.ts'
import { SealwaxError } from '../errors.ts'
import type { WitnessKey } from '../rekor/index.ts'
import type { TrustedRoot } from '../trust/index.ts'
import type { Artifact } from './artifact.ts'
import { checkCertificate } from './certificate.ts'
import { checkContent } from './content.ts'
import type { Evidence } from './evidence.ts'
import { newFindings } from './findings.ts'
import { checkKeyPeriod, type KeyPeriod } from './key-period.ts'
import { resolveSigner } from './signer.ts'
import { checkEntries, checkTimestamps } from './witnesses.ts'

/** Whom the verifier believes. A bundle with a certificate needs `root`; one by a key needs `key`, and `root` for its witnesses. */
export interface Trust {
  readonly root?: TrustedRoot | undefined
  readonly key?: KeyObject | undefined
  /** When `key` was in use, both ends included. Every time that a witness tells must lie in it; without a witness, `now` must. */
  readonly keyValidFor?: KeyPeriod | undefined
  /** Witnesses whose signatures under a log's checkpoint are to be verified (`parseWitness`). */
  readonly witnesses?: readonly WitnessKey[] | undefined
}

export interface VerifyOptions {
  /** The time that a certificate is checked against when no witness tells a better one. */
  readonly now: Date
}

/**
 * Checks everything that `bundle` shows: signature, certificate and its transparency timestamps, log entries, timestamps,
 * and whether the artifact is what was signed. Whatever is wrong in it is in `failures` of the result.
 * @throws SealwaxError `USAGE` without any trust, or when `now` or `keyValidFor` is no time; what reading the artifact throws
 */
export function verifyBundle(
  bundle: Bundle,
  artifact: Artifact | undefined,
  trust: Trust,
  options: VerifyOptions,
): Evidence {
  if (trust.root === undefined && trust.key === undefined)
    throw new SealwaxError('USAGE', 'nothing can be verified without trust', {
      expected: 'a trusted root, a public key, or both',
    })
  if (Number.isNaN(options.now.getTime()))
    throw new SealwaxError('USAGE', 'nothing can be verified without a time', {
      expected: '`now` as a valid Date',
      found: 'an invalid Date',
    })
  const { start, end } = trust.keyValidFor ?? {}
  if (Number.isNaN(start?.getTime()) || Number.isNaN(end?.getTime()))
    throw new SealwaxError('USAGE', 'the time in which the key was in use is not a time', {
      expected: '`keyValidFor` with valid Dates',
      found: 'an invalid Date',
    })
  const findings = newFindings()
  const signer = resolveSigner(bundle, trust, findings)
  const content = checkContent(bundle, artifact, signer, findings)
  const stamps = checkTimestamps(bundle, trust.root, findings)
  const entries = checkEntries(bundle, trust, signer, stamps, options.now, findings)
  const times = [...stamps, ...entries.times]
  checkKeyPeriod(signer, trust.keyValidFor, times, options.now, findings)
  const scts = checkCertificate(signer, trust.root, times, options.now, findings)
  return {
    bundle: {
      mediaType: bundle.mediaType,
      content: bundle.content.$case === 'dsseEnvelope' ? 'dsse' : 'message-signature',
    },
    signed: content.signed,
    signer: signer.evidence,
    times,
    entries: entries.verified,
    scts,
    subjects: content.subjects,
    ...(content.statement === undefined ? {} : { statement: content.statement }),
    artifact: content.artifact,
    failures: findings.failures,
    unknown: findings.unknown,
  }
}
