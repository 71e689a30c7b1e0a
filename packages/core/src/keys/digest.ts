import { constants, type KeyObject, publicDecrypt, timingSafeEqual } from 'node:crypto'
import { derNull, derOctets, derOid, derSequence } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import type { Algorithm, HashName } from './algorithms.ts'
import { requireFit } from './check.ts'

/** Whether `signature` covers the content with this digest (hash: `algorithm.digest`). */
export type DigestVerifier = (
  key: KeyObject,
  algorithm: Algorithm,
  digest: Uint8Array,
  signature: Uint8Array,
) => boolean

const digestLengths: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64 }
// NIST's object identifiers for SHA-2 (RFC 8017 appendix B.1).
const hashOids: Readonly<Record<HashName, string>> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}

/**
 * Loads what checks a signature when only the digest of the content is at hand. `node:crypto` hashes the content itself,
 * so the elliptic curves come from a library, loaded here and nowhere else.
 * The function throws SealwaxError `KEY_UNSUPPORTED` for an Ed25519 key or one of another algorithm, and `INPUT_INVALID`
 * for a digest of the wrong length.
 */
export async function loadDigestVerifier(): Promise<DigestVerifier> {
  const { p256, p384, p521 } = await import('@noble/curves/nist.js')
  const curves = { prime256v1: p256, secp384r1: p384, secp521r1: p521 }
  return (key, algorithm, digest, signature) => {
    requireFit(key, algorithm)
    if (algorithm.key.type === 'ed25519') throw needsContent()
    requireLength(digest, algorithm.digest)
    if (algorithm.key.type === 'rsa') return verifyRsa(key, algorithm.digest, digest, signature)
    const curve = curves[algorithm.key.curve]
    try {
      return curve.verify(signature, digest, point(key), {
        format: 'der',
        lowS: false,
        prehash: false,
      })
    } catch {
      // Bytes that are no DER signature at all: the library throws where node:crypto says no.
      return false
    }
  }
}

/**
 * Whether `signature` by `key` covers the content whose digest (hash: `algorithm.digest`) is given.
 * @throws SealwaxError `KEY_UNSUPPORTED` for Ed25519, which signs the content and not a digest; `INPUT_INVALID`
 */
export async function verifyDigest(
  key: KeyObject,
  algorithm: Algorithm,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const check = await loadDigestVerifier()
  return check(key, algorithm, digest, signature)
}

function needsContent(): SealwaxError {
  return new SealwaxError('KEY_UNSUPPORTED', 'a signature by an Ed25519 key cannot be checked from a digest alone', {
    expected: 'the content itself, because Ed25519 hashes it together with a part of the signature (RFC 8032)',
    found: 'a digest',
    hint: 'verify the file itself',
  })
}

function requireLength(digest: Uint8Array, name: HashName): void {
  if (digest.byteLength === digestLengths[name]) return
  throw new SealwaxError('INPUT_INVALID', 'the digest does not go with the key', {
    expected: `a ${name} digest of ${digestLengths[name]} bytes`,
    found: `${digest.byteLength} bytes`,
  })
}

/** The public key as an uncompressed point (SEC 1 section 2.3.3). */
function point(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
}

/**
 * RFC 8017 section 8.2.2: the padded block is built and compared as a whole, never parsed; parsing is how forged
 * signatures with short padding have been accepted elsewhere.
 */
function verifyRsa(key: KeyObject, name: HashName, digest: Uint8Array, signature: Uint8Array): boolean {
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  if (signature.byteLength !== size) return false
  const info = derSequence(derSequence(derOid(hashOids[name]), derNull()), derOctets(digest))
  const padding = Buffer.alloc(size - info.length - 3, 0xff)
  const expected = Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), info])
  try {
    return timingSafeEqual(publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature), expected)
  } catch {
    // A number that is not below the modulus.
    return false
  }
}
