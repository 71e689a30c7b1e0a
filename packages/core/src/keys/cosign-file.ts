import { base64Decode, base64Encode, parseJson, pemDecode, pemEncode } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'

// The key file of cosign and go-securesystemslib's `encrypted` package: a PEM block around JSON, in it a PKCS#8 key sealed
// with NaCl's secretbox (XSalsa20-Poly1305) under a key that scrypt (RFC 7914) makes from the password.

/** What cosign writes now, and what it wrote before version 2. */
export const cosignLabels: readonly string[] = ['ENCRYPTED SIGSTORE PRIVATE KEY', 'ENCRYPTED COSIGN PRIVATE KEY']
const [label = ''] = cosignLabels

const kdfName = 'scrypt'
const cipherName = 'nacl/secretbox'
const nonceLength = 24
// The only costs that cosign reads. A bound as well: a file from outside must not choose how long we work.
const costs: readonly number[] = [32_768, 65_536, 131_072]

/** What the file holds; `cost` is scrypt's N. */
export interface SealedKey {
  readonly cost: number
  readonly salt: Buffer
  readonly nonce: Buffer
  readonly ciphertext: Buffer
}

/** The file, as PEM text. */
export function formatSealedKey({ cost, salt, nonce, ciphertext }: SealedKey): string {
  const file = {
    kdf: { name: kdfName, params: { N: cost, r: 8, p: 1 }, salt: base64Encode(salt) },
    cipher: { name: cipherName, nonce: base64Encode(nonce) },
    ciphertext: base64Encode(ciphertext),
  }
  return pemEncode(label, Buffer.from(JSON.stringify(file)))
}

/** @throws SealwaxError `KEY_INVALID`, `KEY_UNSUPPORTED` */
export function readSealedKey(pem: string): SealedKey {
  try {
    const [block, second] = pemDecode(pem).filter((found) => cosignLabels.includes(found.label))
    if (block === undefined || second !== undefined) throw damaged('one encrypted key', 'none, or several')
    return parseSealedKey(parseJson(block.der, 'the encrypted key', limits.key))
  } catch (cause) {
    if (cause instanceof SealwaxError && cause.code.startsWith('KEY_')) throw cause
    throw damaged('a key file as cosign writes it', 'something else', cause)
  }
}

function parseSealedKey(file: unknown): SealedKey {
  const kdf = member(file, 'kdf')
  const cipher = member(file, 'cipher')
  const params = member(kdf, 'params')
  requireValue('key derivation', kdfName, member(kdf, 'name'))
  requireValue('cipher', cipherName, member(cipher, 'name'))
  const cost = costs.find((known) => known === member(params, 'N'))
  if (cost === undefined || member(params, 'r') !== 8 || member(params, 'p') !== 1)
    throw unsupported('scrypt parameters', `N ${costs.join(' or ')}, r 8, p 1`, params)
  const nonce = bytes(cipher, 'nonce')
  if (nonce.length !== nonceLength) throw damaged(`a nonce of ${nonceLength} bytes`, `${nonce.length} bytes`)
  return { cost, salt: bytes(kdf, 'salt'), nonce, ciphertext: bytes(file, 'ciphertext') }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function bytes(value: unknown, name: string): Buffer {
  const text = member(value, name)
  if (typeof text !== 'string') throw damaged(`base64 text in "${name}"`, `${typeof text}`)
  return base64Decode(text, `"${name}" of the encrypted key`)
}

function requireValue(what: string, expected: string, found: unknown): void {
  if (found !== expected) throw unsupported(what, expected, found)
}

/** An encrypted key whose outside or inside is not what it should be. */
export function damaged(expected: string, found: string, cause?: unknown): SealwaxError {
  return new SealwaxError('KEY_INVALID', 'the encrypted private key is damaged', {
    expected,
    found,
    cause,
  })
}

function unsupported(what: string, expected: string, found: unknown): SealwaxError {
  return new SealwaxError('KEY_UNSUPPORTED', `the encrypted private key uses another ${what}`, {
    expected,
    // Absent values have no JSON.
    found: String(JSON.stringify(found)).slice(0, 80),
    hint: 'open and encrypt it again with `cosign import-key-pair` or `sealwax import-key-pair`',
  })
}
