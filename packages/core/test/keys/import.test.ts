import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  derInteger,
  derNode,
  derNull,
  derOctets,
  derOid,
  derSequence,
  pemDecode,
  pemEncode,
} from '../../src/encoding/index.ts'
import { algorithms, publicKeyPem } from '../../src/keys/index.ts'
import { importPrivateKey, Secret } from '../../src/keys/signing.ts'
import { mismatchedPem, mismatchedRsaPem, password, signerOf, vector } from './fixtures.ts'

const p256Public = vector('ecdsa-p256-sha256.pub')
const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

describe.each(algorithms)('$name', ({ name, key }) => {
  const { privateKey } = signerOf(name)
  const own = key.type === 'ec' ? 'sec1' : key.type === 'rsa' ? 'pkcs1' : 'pkcs8'

  test(`is imported from PKCS#8 and ${own}`, () => {
    expect(importPrivateKey(pkcs8(privateKey)).equals(privateKey)).toBe(true)
    const pem = privateKey.export({ type: own, format: 'pem' }).toString()
    expect(importPrivateKey(pem).equals(privateKey)).toBe(true)
    expect(importPrivateKey(pem.replaceAll('\n', '\r\n')).equals(privateKey)).toBe(true)
  })

  test('is imported from PKCS#8 under a password, and only with it', () => {
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pä ss' } as const
    const pem = privateKey.export(options).toString()
    expect(importPrivateKey(pem, password).equals(privateKey)).toBe(true)
    expect(() => importPrivateKey(pem, new Secret('other'))).toThrow(expect.objectContaining({ code: 'KEY_PASSWORD' }))
    expect(() => importPrivateKey(pem, new Secret(''))).toThrow(expect.objectContaining({ found: 'an empty password' }))
    expect(() => importPrivateKey(pem)).toThrow(expect.objectContaining({ code: 'KEY_PASSWORD', found: 'none' }))
  })
})

test.each([
  ['PBKDF2', 'openssl-pbkdf2.pem', password],
  ['PBKDF2 with an empty password', 'openssl-empty.pem', new Secret('')],
  ['scrypt', 'openssl-scrypt.pem', password],
])("OpenSSL's encryption with %s is opened", (_, file, secret) => {
  expect(publicKeyPem(importPrivateKey(vector(file), secret))).toBe(p256Public)
})

test("OpenSSL's EC PARAMETERS before the key are passed over", () => {
  expect(publicKeyPem(importPrivateKey(vector('openssl-parameters.pem')))).toBe(p256Public)
})

test('a curve that is spelt out becomes the named one', () => {
  const key = importPrivateKey(vector('openssl-explicit.pem'))
  expect(key.export({ type: 'pkcs8', format: 'der' }).length).toBe(138)
  expect(publicKeyPem(key)).toMatch(/^-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/)
})

test.each([
  ['Proc-Type headers', vector('openssl-proc-type.pem'), 'openssl pkcs8 -topk8'],
  ['PBES1', vector('openssl-pbes1.pem'), 'openssl pkcs8 -topk8'],
])("OpenSSL's old encryption with %s is refused with the way out", (_, pem, hint) => {
  expect(() => importPrivateKey(pem, password)).toThrow(
    expect.objectContaining({ code: 'KEY_UNSUPPORTED', hint: expect.stringContaining(hint) }),
  )
})

const pbes2 = (kdf: Buffer): string => {
  const cipher = derSequence(derOid('2.16.840.1.101.3.4.1.42'), derOctets(Buffer.alloc(16)))
  const algorithm = derSequence(derOid('1.2.840.113549.1.5.13'), derSequence(kdf, cipher))
  return pemEncode('ENCRYPTED PRIVATE KEY', derSequence(algorithm, derOctets(Buffer.alloc(64))))
}
const sha256 = derSequence(derOid('1.2.840.113549.2.9'), derNull())
const salt = derOctets(Buffer.alloc(8))
const pbkdf2 = (...numbers: Buffer[]): string =>
  pbes2(derSequence(derOid('1.2.840.113549.1.5.12'), derSequence(salt, ...numbers, sha256)))
const scrypt = (...numbers: Buffer[]): string =>
  pbes2(derSequence(derOid('1.3.6.1.4.1.11591.4.11'), derSequence(salt, ...numbers)))
const integer = (value: number): Buffer => derInteger(value)

test.each([
  ['two thousand million rounds', pbkdf2(integer(2_000_000_000))],
  ['more rounds than a number holds', pbkdf2(derInteger(Buffer.alloc(200, 0xff)))],
  ['a negative number of rounds', pbkdf2(derNode(0x02, Buffer.from([0xff, 0xff, 0xff, 0xff])))],
  ['scrypt with many lanes', scrypt(integer(16_384), integer(8), integer(1_000_000))],
  ['scrypt with a huge N', scrypt(integer(2 ** 40), integer(8), integer(1))],
  ['no rounds at all', pbkdf2()],
  ['an unknown derivation', pbes2(derSequence(derOid('1.2.3.4'), derSequence(salt)))],
])('a password derivation with %s is refused before any work', (_, pem) => {
  expect(() => importPrivateKey(pem, password)).toThrow(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }))
})

test('a bounded derivation around no key is a wrong password', () => {
  expect(() => importPrivateKey(pbkdf2(integer(1000)), password)).toThrow(
    expect.objectContaining({ code: 'KEY_PASSWORD' }),
  )
})

const other = (type: 'ec' | 'rsa'): string =>
  type === 'ec'
    ? pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey)
    : pkcs8(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)

test.each<[string, () => string, string]>([
  ['secp256k1', () => other('ec'), 'KEY_UNSUPPORTED'],
  ['RSA of 1024 bits', () => other('rsa'), 'KEY_UNSUPPORTED'],
  ['another point than the key has', mismatchedPem, 'KEY_INVALID'],
  ['another modulus than the key has', mismatchedRsaPem, 'KEY_INVALID'],
  ['a public key', () => p256Public, 'KEY_INVALID'],
  ["cosign's encrypted key", () => vector('ecdsa-p256-sha256.key'), 'KEY_INVALID'],
  ['two keys', () => pkcs8(signerOf('ed25519').privateKey).repeat(2), 'KEY_INVALID'],
  ['no PEM', () => 'hello', 'KEY_INVALID'],
  ['nothing', () => '', 'KEY_INVALID'],
  ['a missing end', () => pkcs8(signerOf('ed25519').privateKey).slice(0, -20), 'KEY_INVALID'],
  ['damaged base64', () => pkcs8(signerOf('ed25519').privateKey).replace('MC4', 'MC$'), 'KEY_INVALID'],
  ['damaged encrypted DER', () => pemEncode('ENCRYPTED PRIVATE KEY', Buffer.from('3003020100', 'hex')), 'KEY_INVALID'],
  ['too many bytes', () => 'x'.repeat(65 * 1024), 'INPUT_TOO_LARGE'],
])('a file with %s is refused', (_, make, code) => {
  expect(() => importPrivateKey(make(), password)).toThrow(expect.objectContaining({ code }))
})

test('changed bytes of a key file give a key or a refusal, never a crash', () => {
  const sources = ['ed25519', 'ecdsa-p256-sha256', 'rsa-pkcs1-2048-sha256'] as const
  const blocks = sources.map((name) => pemDecode(pkcs8(signerOf(name).privateKey))[0]?.der ?? Buffer.alloc(0))
  const labels = fc.constantFrom('PRIVATE KEY', 'EC PRIVATE KEY', 'RSA PRIVATE KEY', 'ENCRYPTED PRIVATE KEY')
  fc.assert(
    fc.property(fc.constantFrom(...blocks), labels, fc.nat(), fc.nat(255), (der, label, position, value) => {
      const changed = Buffer.from(der)
      changed[position % changed.length] = value
      try {
        importPrivateKey(pemEncode(label, changed), password)
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^KEY_/) })
      }
    }),
    { numRuns: 400 },
  )
})

test('no error shows a password or a part of the key', () => {
  const secret = new Secret('hunter2-marked')
  const pem = pkcs8(signerOf('ed25519').privateKey)
  const body = pem.split('\n')[1] ?? ''
  for (const text of [pem.slice(0, -20), pem.replace('MC4', 'MC$'), vector('openssl-pbkdf2.pem'), body]) {
    const shown = inspect(
      thrownBy(() => importPrivateKey(text, secret)),
      { depth: null, showHidden: true },
    )
    expect(shown).toContain('SealwaxError')
    expect(shown).not.toContain('hunter2-marked')
    expect(shown).not.toContain(body.slice(8, 30))
  }
})

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}
