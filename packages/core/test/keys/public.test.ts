import { createHash, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pemDecode, pemEncode } from '../../src/encoding/index.ts'
import { isSealwaxError } from '../../src/errors.ts'
import { algorithms, parsePublicKey, publicKeyHint, publicKeyPem } from '../../src/keys/index.ts'
import { signerOf, vector } from './fixtures.ts'

const der = (pem: string): Buffer => pemDecode(pem)[0]?.der ?? Buffer.alloc(0)
const p256 = vector('ecdsa-p256-sha256.pub')

describe.each(algorithms)('$name', ({ name }) => {
  const { publicKey, privateKey } = signerOf(name)
  const pem = publicKeyPem(publicKey)

  test('is read from PEM text, PEM bytes and DER', () => {
    for (const input of [pem, Buffer.from(pem), der(pem), new Uint8Array(der(pem)), pem.replaceAll('\n', '\r\n')])
      expect(parsePublicKey(input).equals(publicKey)).toBe(true)
  })

  test('has the same PEM and hint from either half', () => {
    expect(publicKeyPem(privateKey)).toBe(pem)
    expect(publicKeyHint(privateKey)).toBe(publicKeyHint(publicKey))
    expect(publicKeyHint(publicKey)).toBe(createHash('sha256').update(der(pem)).digest('base64'))
  })
})

test("PKCS#1's RSA PUBLIC KEY is read", () => {
  const { publicKey } = signerOf('rsa-pkcs1-3072-sha256')
  const pem = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  expect(parsePublicKey(pem).equals(publicKey)).toBe(true)
})

test.each(['openssl-explicit.pub', 'openssl-compressed.pub'])(
  '%s, which Go cannot read, is refused with the way out',
  (file) => {
    const hint = expect.stringContaining('openssl pkey -pubin')
    expect(() => parsePublicKey(vector(file))).toThrow(expect.objectContaining({ code: 'KEY_INVALID', hint }))
  },
)

const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
const privatePem = signerOf('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

test.each<[string, string | Uint8Array, string]>([
  ['a private key', privatePem, 'KEY_INVALID'],
  ["cosign's private key", vector('ed25519.key'), 'KEY_INVALID'],
  ['two keys', p256 + p256, 'KEY_INVALID'],
  ['a certificate', pemEncode('CERTIFICATE', der(p256)), 'KEY_INVALID'],
  ['no PEM', 'hello', 'KEY_INVALID'],
  ['nothing', new Uint8Array(0), 'KEY_INVALID'],
  ['bytes after the key', pemEncode('PUBLIC KEY', Buffer.concat([der(p256), Buffer.from([0])])), 'KEY_INVALID'],
  ['DER bytes after the key', Buffer.concat([der(p256), Buffer.from([0])]), 'KEY_INVALID'],
  [
    'a point off the curve',
    Buffer.concat([der(p256).subarray(0, -1), Buffer.from([(der(p256).at(-1) ?? 0) ^ 1])]),
    'KEY_INVALID',
  ],
  ['RSA of 1024 bits', rsa1024.export({ type: 'spki', format: 'der' }), 'KEY_UNSUPPORTED'],
  ['too many bytes', 'x'.repeat(65 * 1024), 'INPUT_TOO_LARGE'],
])('%s is no public key', (_, input, code) => {
  expect(() => parsePublicKey(input)).toThrow(expect.objectContaining({ code }))
})

test('a private key in the place of the public one is explained and not repeated', () => {
  const hint = expect.stringContaining('sealwax public-key')
  expect(() => parsePublicKey(privatePem)).toThrow(expect.objectContaining({ found: 'PRIVATE KEY', hint }))
})

test('any changed byte gives another key or a refusal', () => {
  const keys = algorithms.map(({ name }) => der(publicKeyPem(signerOf(name).publicKey)))
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.nat(), fc.integer({ min: 1, max: 255 }), (key, position, mask) => {
      const changed = Buffer.from(key)
      changed[position % changed.length] = (changed[position % changed.length] ?? 0) ^ mask
      const outcome = hintOrCode(changed)
      expect(outcome).not.toBe(createHash('sha256').update(key).digest('base64'))
      expect(outcome).toMatch(/^(KEY_[A-Z]+|[A-Za-z0-9+/]{43}=)$/)
    }),
    { numRuns: 1000 },
  )
})

function hintOrCode(key: Uint8Array): string {
  try {
    return publicKeyHint(parsePublicKey(key))
  } catch (error) {
    return isSealwaxError(error) ? error.code : String(error)
  }
}
