import { constants, createPublicKey, publicDecrypt, verify, X509Certificate, type KeyObject } from 'node:crypto'
import { Refusal } from '../http/service.ts'
import { hashOf, toPem, type HashName } from '../pki/index.ts'

/** What an entry is verified with: a public key, or the key of the first of some certificates. */
export interface Verifier {
  readonly key: KeyObject
  /** PEM as Rekor writes it into the log */
  readonly canonical: Buffer
}

/** Rekor reads up to ten certificates. */
const MAX_CERTIFICATES = 10
const BLOCK = /-----BEGIN (CERTIFICATE|PUBLIC KEY)-----[A-Za-z0-9+/=\s]+-----END \1-----/g

export function readVerifier(pem: Buffer): Verifier {
  const text = pem.toString('latin1').trim()
  const blocks = text.match(BLOCK) ?? []
  const first = blocks[0]
  if (first === undefined || blocks.length > MAX_CERTIFICATES || text.replace(BLOCK, '').trim() !== '') {
    throw new Refusal(400, 'error processing entry: invalid public key: failure decoding PEM')
  }
  const verifier =
    blocks.length === 1 && first.includes('PUBLIC KEY') ? readKey(first) : readCertificates(first, blocks)
  if (hashOf(verifier.key) === undefined)
    throw new Refusal(400, 'error processing entry: unsupported kind of public key')
  return verifier
}

function readKey(block: string): Verifier {
  const key = orRefuse(() => createPublicKey(block))
  return {
    key,
    canonical: Buffer.from(toPem(key.export({ type: 'spki', format: 'der' }), 'PUBLIC KEY')),
  }
}

function readCertificates(first: string, blocks: readonly string[]): Verifier {
  const key = orRefuse(() => new X509Certificate(first).publicKey)
  const all = orRefuse(() => blocks.map((block) => toPem(new X509Certificate(block).raw, 'CERTIFICATE')))
  return { key, canonical: Buffer.from(all.join('')) }
}

function orRefuse<T>(read: () => T): T {
  try {
    return read()
  } catch {
    throw new Refusal(400, 'error processing entry: invalid public key')
  }
}

/** Verifies a signature over a message, with SHA-256 for whatever key; so does Rekor for envelopes. */
export function verifyMessage(key: KeyObject, message: Buffer, signature: Buffer): boolean {
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', message, key, signature)
}

/** DER DigestInfo of SHA-256 up to the digest (RFC 8017, 9.2, note 1). */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** Verifies a signature when only the digest of the message is known, which node:crypto has no call for. */
export async function verifyDigest(
  key: KeyObject,
  algorithm: HashName,
  digest: Buffer,
  signature: Buffer,
): Promise<boolean> {
  // Rekor takes Ed25519ph here. cosign cannot verify what it then gets, and no client of this project makes it: left out.
  if (hashOf(key) !== algorithm) throw new Refusal(400, 'error processing entry: entry algorithms are not allowed')
  return key.asymmetricKeyType === 'rsa'
    ? verifyRsaDigest(key, digest, signature)
    : verifyEcDigest(key, digest, signature)
}

function verifyRsaDigest(key: KeyObject, digest: Buffer, signature: Buffer): boolean {
  try {
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).equals(
      Buffer.concat([DIGEST_INFO, digest]),
    )
  } catch {
    return false
  }
}

async function verifyEcDigest(key: KeyObject, digest: Buffer, signature: Buffer): Promise<boolean> {
  const { p256, p384, p521 } = await import('@noble/curves/nist.js')
  const curve = { 32: p256, 48: p384, 64: p521 }[digest.length]
  const jwk = key.export({ format: 'jwk' })
  if (curve === undefined || typeof jwk.x !== 'string' || typeof jwk.y !== 'string') return false
  const point = Buffer.concat([Buffer.of(4), Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.y, 'base64url')])
  try {
    return curve.verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' })
  } catch {
    return false
  }
}
