import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { type PemBlock, pemEncode } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { algorithmOf } from './algorithms.ts'
import { keyBlocks, requireKeySize } from './blocks.ts'

/**
 * A public key from PEM text (`PUBLIC KEY`, or PKCS#1's `RSA PUBLIC KEY`) or from DER (SubjectPublicKeyInfo, RFC 5280).
 * Only its one plain encoding is read, as in Go: the key must have one hint.
 * @throws SealwaxError `KEY_INVALID`, `KEY_UNSUPPORTED`, `INPUT_TOO_LARGE`
 */
export function parsePublicKey(input: string | Uint8Array): KeyObject {
  requireKeySize(input)
  const isDer = typeof input !== 'string' && input[0] === 0x30
  const { label, der } = isDer ? { label: 'PUBLIC KEY', der: Buffer.from(input) } : onlyPublicBlock(input)
  return decode(der, label === 'PUBLIC KEY' ? 'spki' : 'pkcs1')
}

function decode(der: Buffer, type: 'spki' | 'pkcs1'): KeyObject {
  const key = createKey(der, type)
  algorithmOf(key)
  const plain = inPlainForm(key)
  if (plain.export({ type, format: 'der' }).equals(der)) return plain
  throw new SealwaxError('KEY_INVALID', 'the public key is written in an unusual way', {
    expected: 'DER with a named curve and an uncompressed point (RFC 5480), or a plain RSA or Ed25519 key',
    found: 'another encoding of the same key',
    hint: 'write it again: openssl pkey -pubin -in <file> -pubout -ec_conv_form uncompressed -ec_param_enc named_curve',
  })
}

/**
 * The public key in its plain form: a named curve, an uncompressed point (RFC 5480). OpenSSL also reads curves spelt out
 * and compressed points, and keeps them: the same key would then have several encodings.
 */
function inPlainForm(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ec') return key
  return createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' })
}

function createKey(der: Buffer, type: 'spki' | 'pkcs1'): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type })
  } catch (cause) {
    throw new SealwaxError('KEY_INVALID', 'the public key is damaged', {
      expected: type === 'spki' ? 'a SubjectPublicKeyInfo (RFC 5280)' : 'an RSAPublicKey (RFC 8017)',
      found: `${der.length} bytes of something else`,
      cause,
    })
  }
}

function onlyPublicBlock(input: string | Uint8Array): PemBlock {
  const blocks = keyBlocks(typeof input === 'string' ? input : Buffer.from(input).toString())
  const [first, second] = blocks.filter(({ label }) => label === 'PUBLIC KEY' || label === 'RSA PUBLIC KEY')
  if (first !== undefined && second === undefined) return first
  const labels = blocks.map(({ label }) => label)
  throw new SealwaxError('KEY_INVALID', 'this is not a public key', {
    expected: 'one -----BEGIN PUBLIC KEY----- block',
    found: labels.join(', ') || 'no PEM block',
    ...(labels.some((label) => label.endsWith('PRIVATE KEY')) && {
      hint: 'this is a private key; `sealwax public-key --key <file>` prints its public part',
    }),
  })
}

/** The public key as PEM (`PUBLIC KEY`), of a public or a private key. */
export function publicKeyPem(key: KeyObject): string {
  return written(key).pem
}

/** The public key's SubjectPublicKeyInfo (RFC 5280 section 4.1). */
export function publicKeyDer(key: KeyObject): Buffer {
  return Buffer.from(written(key).der)
}

/** What a bundle calls the key: base64 of the SHA-256 of its SubjectPublicKeyInfo, as cosign does. A hint, never evidence. */
export function publicKeyHint(key: KeyObject): string {
  return written(key).hint
}

interface Written {
  readonly der: Buffer
  readonly pem: string
  readonly hint: string
}

// A key is written out for each bundle that it is held against, and writing takes longer than checking a signature. Keys never change.
const known = new WeakMap<KeyObject, Written>()

function written(key: KeyObject): Written {
  const before = known.get(key)
  if (before !== undefined) return before
  const der = publicPart(key).export({ type: 'spki', format: 'der' })
  const made = { der, pem: pemEncode('PUBLIC KEY', der), hint: createHash('sha256').update(der).digest('base64') }
  known.set(key, made)
  return made
}

function publicPart(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key
}
