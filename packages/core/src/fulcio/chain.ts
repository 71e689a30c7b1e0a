import { SealwaxError } from '../errors.ts'
import { oidText } from '../encoding/index.ts'
import { type CertificateAuthority, isWithin } from './authority.ts'
import { type Certificate, nameText, oids } from './certificate.ts'

/** What a chain must allow: extended key usages of RFC 5280 section 4.2.1.12. */
export type CertificateUse = 'codeSigning' | 'timeStamping'

const useOids: Readonly<Record<CertificateUse, string>> = {
  codeSigning: '1.3.6.1.5.5.7.3.3',
  timeStamping: '1.3.6.1.5.5.7.3.8',
}
const anyUse = '2.5.29.37.0'

/** Signature algorithms that an issuer may use: no SHA-1, no MD5, nothing that node:crypto would guess at. */
const signatureAlgorithms: ReadonlySet<string> = new Set([
  '1.2.840.10045.4.3.2', // ECDSA with SHA-256, 384, 512
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  '1.2.840.113549.1.1.11', // RSA PKCS#1 v1.5 with SHA-256, 384, 512
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.3.101.112', // Ed25519
])

/**
 * The path from `leaf` to the root of one of `authorities` at `time`: leaf first, anchor last (RFC 5280 section 6, without
 * policies and name constraints, which are refused). Every certificate must be valid at `time`, the anchor too (the hybrid
 * model of the Sigstore client specification), and the authority must have been in use then.
 * @throws SealwaxError `CERTIFICATE_INVALID` with the reason that came closest to a chain
 */
export function buildChain(
  leaf: Certificate,
  authorities: readonly CertificateAuthority[],
  time: Date,
  use: CertificateUse = 'codeSigning',
  extra: readonly Certificate[] = [],
): Certificate[] {
  checkLeaf(leaf, use, time)
  let closest: SealwaxError | undefined
  for (const authority of authorities) {
    const outcome = chainTo(authority, leaf, time, use, extra)
    if (Array.isArray(outcome)) return outcome
    closest ??= outcome
  }
  throw (
    closest ??
    invalid('no trusted authority issued the certificate', {
      expected: [...new Set(authorities.map(({ uri }) => uri))].join(', ') || 'an authority in the trusted root',
      found: nameText(leaf.x509.issuer),
    })
  )
}

/** The chain; the reason why this authority's chain does not hold; or nothing when the authority did not issue it. */
function chainTo(
  authority: CertificateAuthority,
  leaf: Certificate,
  time: Date,
  use: CertificateUse,
  extra: readonly Certificate[],
): Certificate[] | SealwaxError | undefined {
  const anchor = authority.certificates.at(-1)
  const candidates = [...authority.certificates, ...extra]
  const chain = [leaf]
  let current = leaf
  while (anchor !== undefined && !isSame(current, anchor)) {
    const subject = current
    // Only the first issuer that signed it is followed: an authority has one path, not a graph to search.
    const issuer = candidates.find((one) => !chain.some((other) => isSame(one, other)) && isIssuer(one, subject))
    if (issuer === undefined) return undefined
    chain.push(issuer)
    current = issuer
  }
  // Nobody issued a leaf that is its own anchor. A timestamp authority's may be, which the trusted root names itself.
  if (use === 'codeSigning' && chain.length < 2) return undefined
  try {
    if (!isWithin(authority.validFor, time))
      throw invalid('the authority was not in use at the time of signing', {
        expected: `${authority.uri} from ${period(authority.validFor.start, authority.validFor.end)}`,
        found: time.toISOString(),
      })
    chain.slice(1).forEach((issuer, below) => checkIssuer(issuer, below, use, time))
    return chain
  } catch (error) {
    if (error instanceof SealwaxError) return error
    throw error
  }
}

/** The same certificate by its bytes: whether it was read once or twice must not matter. */
function isSame(a: Certificate, b: Certificate): boolean {
  return a === b || a.der.equals(b.der)
}

// The signature of a fresh leaf costs 0.7 ms on P-384 and must be checked; those inside an authority's chain are always the
// same pairs, so each pair is checked once per process. The objects are the trusted root's own and frozen in meaning.
const issued = new WeakMap<Certificate, WeakMap<Certificate, boolean>>()

function isIssuer(issuer: Certificate, subject: Certificate): boolean {
  if (!issuer.subjectName.equals(subject.issuerName)) return false
  const known = issued.get(issuer) ?? new WeakMap<Certificate, boolean>()
  issued.set(issuer, known)
  const before = known.get(subject)
  if (before !== undefined) return before
  const answer = isSignedBy(subject, issuer)
  known.set(subject, answer)
  return answer
}

/** Finds out ahead which of an authority's certificates issued which, so that the first chain need not wait for it. */
export function learnIssuers({ certificates }: CertificateAuthority): void {
  for (const subject of certificates)
    for (const issuer of certificates) if (issuer !== subject) isIssuer(issuer, subject)
}

function isSignedBy(subject: Certificate, issuer: Certificate): boolean {
  const algorithm = subject.tbs.children()[2]?.children()[0]
  if (algorithm === undefined || !signatureAlgorithms.has(oidText(algorithm))) return false
  try {
    // checkIssued: names, key identifiers, and that the issuer's key usage, where it has one, allows certificates.
    return subject.x509.checkIssued(issuer.x509) && subject.x509.verify(issuer.publicKey)
  } catch {
    return false
  }
}

function checkLeaf(leaf: Certificate, use: CertificateUse, time: Date): void {
  checkCommon(leaf, 'the certificate', time)
  if (leaf.isAuthority) throw invalid('the certificate is an authority, not a signer', {})
  if (!leaf.allowsSignatures)
    throw invalid('the certificate does not allow signatures', { expected: 'key usage digitalSignature' })
  const usages = leaf.extendedKeyUsage ?? []
  if (use === 'codeSigning' && !usages.includes(useOids.codeSigning))
    throw invalid('the certificate is not for code signing', {
      expected: `extended key usage ${useOids.codeSigning}`,
      found: usages.join(', ') || 'none',
    })
  // A timestamp authority's certificate serves nothing else, and says so critically (RFC 3161 section 2.3).
  const alone = usages.length === 1 && usages[0] === useOids.timeStamping && leaf.isExtendedKeyUsageCritical
  if (use === 'timeStamping' && !alone)
    throw invalid('the certificate is not a timestamp authority', {
      expected: `extended key usage ${useOids.timeStamping} alone, and critical`,
      found: usages.join(', ') || 'none',
    })
}

/** `below` counts the authorities between this one and the leaf. */
function checkIssuer(issuer: Certificate, below: number, use: CertificateUse, time: Date): void {
  checkCommon(issuer, 'an issuer', time)
  if (!issuer.isAuthority) throw invalid('an issuer in the chain is not a certificate authority', {})
  if (issuer.pathLength !== undefined && below > issuer.pathLength)
    throw invalid('the chain is longer than an issuer allows', {
      expected: `at most ${issuer.pathLength} authorities below it`,
      found: `${below}`,
    })
  const usages = issuer.extendedKeyUsage
  if (usages !== undefined && !usages.includes(useOids[use]) && !usages.includes(anyUse))
    throw invalid(`an issuer in the chain may not issue for ${use}`, { found: usages.join(', ') })
}

function checkCommon(certificate: Certificate, who: string, time: Date): void {
  if (time < certificate.notBefore || time > certificate.notAfter)
    throw invalid(`${who} was not valid at the time of signing`, {
      expected: `a time from ${period(certificate.notBefore, certificate.notAfter)}`,
      found: time.toISOString(),
    })
  // RFC 5280 section 4.2: a critical extension that is not understood means that the certificate must not be used.
  if (certificate.unknownCritical.length > 0)
    throw invalid(`${who} has a critical extension that is not understood`, {
      found: certificate.unknownCritical.join(', '),
    })
  if (certificate.extensions.has(oids.nameConstraints))
    throw invalid(`${who} has name constraints, which are not supported`, {})
}

function period(start: Date, end: Date | undefined): string {
  return `${start.toISOString()} to ${end === undefined ? 'today' : end.toISOString()}`
}

function invalid(message: string, details: { expected?: string; found?: string }): SealwaxError {
  return new SealwaxError('CERTIFICATE_INVALID', message, details)
}
