import { createHash, createPublicKey, createSign, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { SealwaxError } from '../errors.ts'
import { type Algorithm, algorithmOf, defaultAlgorithm } from './algorithms.ts'
import { type Content, forEachPiece, type Pieces, wholeMessage } from './content.ts'

/** A signature, and the digest of what was signed (hash: `algorithm.digest`), both from one reading of the content. */
export interface Signed {
  readonly digest: Buffer
  /** ECDSA: DER (RFC 3279 section 2.2.3); RSA: PKCS#1 v1.5 (RFC 8017 section 8.2); Ed25519: 64 bytes (RFC 8032). */
  readonly signature: Buffer
}

/** Whoever holds the private key: a file, this process, a key management service. */
export interface Signer {
  readonly algorithm: Algorithm
  readonly publicKey: KeyObject
  /** @throws SealwaxError `INPUT_TOO_LARGE` for an Ed25519 message in pieces above `limits.wholeMessage` */
  sign(content: Content): Promise<Signed>
}

/**
 * A signer for a private key in the memory of this process.
 * @throws SealwaxError `KEY_INVALID` when it is not a private key, `KEY_UNSUPPORTED` for a kind that cannot sign here
 */
export function localSigner(privateKey: KeyObject): Signer {
  if (privateKey.type !== 'private')
    throw new SealwaxError('KEY_INVALID', 'signing needs a private key', {
      expected: 'a private key',
      found: `a ${privateKey.type} key`,
    })
  const algorithm = algorithmOf(privateKey)
  return {
    algorithm,
    publicKey: createPublicKey(privateKey),
    sign: (content) => signContent(privateKey, algorithm, content),
  }
}

/** A signer with a new key of its own, by default P-256, as Fulcio and cosign use it. */
export function generateSigner(algorithm: Algorithm = defaultAlgorithm): Signer & { readonly privateKey: KeyObject } {
  const privateKey = generatePrivateKey(algorithm)
  return { ...localSigner(privateKey), privateKey }
}

function generatePrivateKey({ key }: Algorithm): KeyObject {
  if (key.type === 'ec') return generateKeyPairSync('ec', { namedCurve: key.curve }).privateKey
  if (key.type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: key.bits }).privateKey
  return generateKeyPairSync('ed25519').privateKey
}

async function signContent(key: KeyObject, algorithm: Algorithm, content: Content): Promise<Signed> {
  if (content instanceof Uint8Array) return signBytes(key, algorithm, content)
  if (algorithm.hash === undefined) return signBytes(key, algorithm, await collect(content))
  const digest = createHash(algorithm.digest)
  const signature = createSign(algorithm.hash)
  const update = (piece: Uint8Array): void => {
    digest.update(piece)
    signature.update(piece)
  }
  await forEachPiece(content, update)
  return { digest: digest.digest(), signature: signature.sign(key) }
}

function signBytes(key: KeyObject, algorithm: Algorithm, content: Uint8Array): Signed {
  return {
    digest: hash(algorithm.digest, content, 'buffer'),
    signature: sign(algorithm.hash, content, key),
  }
}

async function collect(content: Pieces): Promise<Buffer> {
  const whole = wholeMessage()
  await forEachPiece(content, whole.add)
  return whole.bytes()
}
