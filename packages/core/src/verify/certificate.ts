import { buildChain, type Certificate, verifyScts } from '../fulcio/index.ts'
import type { TrustedRoot } from '../trust/index.ts'
import type { Evidence, EvidenceTime } from './evidence.ts'
import type { Findings } from './findings.ts'
import type { ResolvedSigner } from './signer.ts'

/**
 * The certificate's path to a trusted authority at every time that a witness told (one that fails is enough to refuse), or
 * at `now` when there is none; then its transparency timestamps.
 */
export function checkCertificate(
  { certificate }: ResolvedSigner,
  root: TrustedRoot | undefined,
  times: readonly EvidenceTime[],
  now: Date,
  findings: Findings,
): Evidence['scts'] {
  if (certificate === undefined || root === undefined) return []
  const isWitnessBroken = findings.failures.some(({ check }) => check === 'log' || check === 'timestamp')
  // With a broken witness the time of signing is not known, and the bundle is refused for that: nothing more can be said.
  if (times.length === 0 && isWitnessBroken) return []
  if (times.length === 0 && !isValidAt(certificate, now)) {
    findings.fail(
      'certificate',
      'CERTIFICATE_INVALID',
      'no witness tells the time of signing, and the certificate is not valid now',
      {
        expected: `a verified time from ${certificate.notBefore.toISOString()} to ${certificate.notAfter.toISOString()}`,
        found: `none; now is ${now.toISOString()}`,
      },
    )
    return []
  }
  const moments = times.length === 0 ? [now] : times.map(({ time }) => time)
  const chain = findings.attempt('certificate', 'CERTIFICATE_INVALID', () =>
    moments.map((moment) => buildChain(certificate, root.certificateAuthorities, moment)).at(-1),
  )
  if (chain === undefined) return []
  const [, issuer] = chain
  if (issuer === undefined) {
    findings.fail('certificate', 'CERTIFICATE_INVALID', 'no trusted authority issued the certificate')
    return []
  }
  const scts = findings.attempt('sct', 'SCT_INVALID', () => verifyScts(certificate, issuer, root.ctLogs))
  for (const log of scts?.unknownLogs ?? [])
    findings.unknown.push({ check: 'sct', message: `a certificate timestamp of the log ${log}, which is not trusted` })
  return scts?.verified ?? []
}

function isValidAt({ notBefore, notAfter }: Certificate, time: Date): boolean {
  return time >= notBefore && time <= notAfter
}
