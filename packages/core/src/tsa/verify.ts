import { hash, timingSafeEqual } from 'node:crypto'
import { SealwaxError } from '../errors.ts'
import { oidText } from '../encoding/index.ts'
import { buildChain, type Certificate, type CertificateAuthority, nameText } from '../fulcio/index.ts'
import { isSignature } from '../keys/index.ts'
import { hashes, oids } from './oids.ts'
import type { ParsedTimestamp } from './token.ts'

export interface VerifiedTimestamp {
  readonly time: Date
  /** The authority's address in the trusted root, or its name where the root gives none. */
  readonly authority: string
}

const subjectKeyId = '2.5.29.14'

/**
 * Verifies a timestamp over `signature` (the raw signature bytes of the bundle): imprint, CMS signature, and the chain of
 * the authority's certificate at the time that the timestamp states. `undefined` when none of `authorities` made it.
 * @throws SealwaxError `TIMESTAMP_INVALID` when it is about other bytes, or one of `authorities` should have made it and
 * did not
 */
export function verifyTimestamp(
  timestamp: ParsedTimestamp,
  signature: Uint8Array,
  authorities: readonly CertificateAuthority[],
): VerifiedTimestamp | undefined {
  const { imprint } = timestamp
  if (!equal(hash(imprint.hash, signature, 'buffer'), imprint.digest))
    throw invalid('the timestamp is not over this signature', {})
  const known = authorities.flatMap((authority) => {
    const certificate = signerCertificate(timestamp, authority)
    return certificate === undefined ? [] : [{ authority, certificate }]
  })
  let closest: unknown
  for (const { authority, certificate } of known) {
    try {
      // The chain first: until then the certificate, and so the key, may be anybody's.
      checkChain(timestamp, certificate, authority)
      checkSignature(timestamp, certificate)
      return { time: timestamp.time, authority: nameOf(authority) }
    } catch (error) {
      closest ??= error
    }
  }
  if (closest !== undefined) throw closest
  requireStranger(timestamp, authorities)
  return undefined
}

/**
 * Whether nobody that is known made the timestamp. Its signer is named twice: by an id, which no signature covers, and by the
 * hash of a certificate, which is signed. Changing the id must not make a known authority's timestamp a stranger's, for those
 * are passed over. And an id that names a known issuer needs that issuer's certificate.
 */
function requireStranger(timestamp: ParsedTimestamp, authorities: readonly CertificateAuthority[]): void {
  const { id } = timestamp.signer
  const claimed = certificateHash(timestamp)
  for (const { certificates } of authorities) {
    const embedded = timestamp.certificates.filter((one) => isIssuedIn(certificates, one.issuerName))
    const isNamed = claimed !== undefined && [...certificates, ...embedded].some((one) => isHashOf(claimed, one))
    const own = certificates.some(({ isAuthority }) => !isAuthority)
    if (isNamed || (!own && 'issuer' in id && isIssuedIn(certificates, id.issuer)))
      throw invalid('the timestamp does not name its signer as its authority does', {
        expected: nameText(certificates[0]?.x509.subject),
      })
  }
}

function isIssuedIn(certificates: readonly Certificate[], issuer: Buffer): boolean {
  return certificates.some(({ subjectName }) => subjectName.equals(issuer))
}

/**
 * The certificate that the signer's id means, when it is this authority's. An authority that names its own certificate has
 * only that one, and a copy inside the token must be the same.
 */
function signerCertificate(timestamp: ParsedTimestamp, authority: CertificateAuthority): Certificate | undefined {
  const embedded = timestamp.certificates.find((certificate) => isMeant(timestamp, certificate))
  const own = authority.certificates.filter(({ isAuthority }) => !isAuthority)
  if (own.length > 0) {
    const named = own.find((certificate) => isMeant(timestamp, certificate))
    if (named === undefined || timestamp.certificates.length === 0 || embedded?.der.equals(named.der)) return named
    throw invalid("the timestamp brings another certificate than its authority's", {})
  }
  if (embedded === undefined) return undefined
  // Embedded by whoever made the token: it is this authority's only if the authority's chain issued it.
  const issuers = [...authority.certificates, ...timestamp.certificates]
  return issuers.some((issuer) => issuer.subjectName.equals(embedded.issuerName)) ? embedded : undefined
}

function isMeant({ signer: { id } }: ParsedTimestamp, certificate: Certificate): boolean {
  if ('issuer' in id) return id.serial === certificate.serial && id.issuer.equals(certificate.issuerName)
  // An OCTET STRING inside the extension: tag, length, value.
  return certificate.extensions.get(subjectKeyId)?.subarray(2).equals(id.keyId) === true
}

function checkSignature({ signer, info }: ParsedTimestamp, certificate: Certificate): void {
  const contentType = signer.attributes.get(oids.contentType)
  const messageDigest = signer.attributes.get(oids.messageDigest)
  if (contentType === undefined || oidText(contentType) !== oids.timestampInfo)
    throw invalid('the timestamp does not sign its own content type', {})
  if (messageDigest === undefined || !equal(messageDigest.content, hash(signer.digestHash, info, 'buffer')))
    throw invalid('the timestamp does not sign its own content', {})
  checkCertificateId({ signer }, certificate)
  const { publicKey } = certificate
  // The algorithm stands outside the signature: where it names another kind of key, the token was changed.
  const fits = publicKey.asymmetricKeyType === signer.keyType
  if (!fits || !isSignature(signer.signatureHash, signer.signed, publicKey, signer.signature))
    throw invalid("the timestamp's signature is not its authority's", { expected: nameText(certificate.x509.subject) })
}

function checkCertificateId(timestamp: Pick<ParsedTimestamp, 'signer'>, certificate: Certificate): void {
  const claimed = certificateHash(timestamp)
  if (claimed === undefined)
    throw invalid('the timestamp does not say which certificate made it', {
      expected: 'a signing-certificate attribute',
    })
  if (!isHashOf(claimed, certificate))
    throw invalid('the timestamp names another certificate than the one that made it', {})
}

interface CertificateHash {
  readonly algorithm: string
  readonly value: Buffer
}

/** RFC 5816, RFC 5035: the signed attribute that ties the token to one certificate, by its hash. */
function certificateHash({ signer }: Pick<ParsedTimestamp, 'signer'>): CertificateHash | undefined {
  const second = signer.attributes.get(oids.signingCertificateV2)
  const value = second ?? signer.attributes.get(oids.signingCertificate)
  const id = value?.children()[0]?.children()[0]?.children() ?? []
  const named = id[0]?.tag === 0x30 ? id[0].children()[0] : undefined
  const name = named === undefined ? undefined : hashes.get(oidText(named))
  const found = named === undefined ? id[0] : id[1]
  // Without an algorithm: SHA-256 in version 2, SHA-1 in version 1, whose signature above still binds the key.
  const algorithm = name ?? (second === undefined ? 'sha1' : 'sha256')
  if (found === undefined || (named !== undefined && name === undefined)) return undefined
  return { algorithm, value: found.content }
}

function isHashOf({ algorithm, value }: CertificateHash, certificate: Certificate): boolean {
  return equal(value, hash(algorithm, certificate.der, 'buffer'))
}

// An authority's certificate is the same object for all its timestamps: buildChain remembers who issued it, and what is left,
// dates and usages, costs next to nothing.
function checkChain(timestamp: ParsedTimestamp, certificate: Certificate, authority: CertificateAuthority): void {
  try {
    buildChain(certificate, [authority], timestamp.time, 'timeStamping', timestamp.certificates)
  } catch (error) {
    if (!(error instanceof SealwaxError)) throw error
    const { message, expected, found } = error
    throw new SealwaxError('TIMESTAMP_INVALID', `timestamp authority: ${message}`, { expected, found, cause: error })
  }
}

function nameOf(authority: CertificateAuthority): string {
  return authority.uri || nameText(authority.certificates[0]?.x509.subject) || 'timestamp authority'
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

function invalid(message: string, details: { expected?: string; found?: string }): SealwaxError {
  return new SealwaxError('TIMESTAMP_INVALID', message, details)
}
