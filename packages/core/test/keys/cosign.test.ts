import { createPublicKey, generateKeyPairSync, randomBytes, scryptSync } from 'node:crypto'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pemDecode, pemEncode } from '../../src/encoding/index.ts'
import {
  digestAlgorithm,
  parsePublicKey,
  publicKeyHint,
  publicKeyPem,
  verifyDigest,
  verifySignature,
} from '../../src/keys/index.ts'
import { decryptPrivateKey, encryptPrivateKey, generateSigner, Secret } from '../../src/keys/signing.ts'
import { password, row, signerOf, vector, vectorAlgorithms } from './fixtures.ts'

const sigstoreLabel = 'ENCRYPTED SIGSTORE PRIVATE KEY'
const p256 = vector('ecdsa-p256-sha256.key')

/** The JSON inside a key file. */
function inside(pem: string): Record<string, unknown> {
  const [block] = pemDecode(pem)
  const file: Record<string, unknown> = JSON.parse(String(block?.der))
  return file
}

const wrap = (file: unknown, label: string = sigstoreLabel): string =>
  pemEncode(label, Buffer.from(JSON.stringify(file)))

describe.each(vectorAlgorithms)("cosign's %s key", (name) => {
  test('is opened and goes with its public key', async () => {
    const key = await decryptPrivateKey(vector(`${name}.key`), password)
    expect(publicKeyPem(key)).toBe(vector(`${name}.pub`))
  })

  test('made a signature that verifies, from the content and from the digest', async () => {
    const bundle = JSON.parse(vector(`${name}.sigstore.json`))
    const key = parsePublicKey(vector(`${name}.pub`))
    const signature = Buffer.from(bundle.messageSignature.signature, 'base64')
    expect(bundle.verificationMaterial.publicKey.hint).toBe(publicKeyHint(key))
    expect(verifySignature(key, row(name), Buffer.from(`hello ${name}`), signature)).toBe(true)
    expect(verifySignature(key, row(name), Buffer.from('hello'), signature)).toBe(false)
    // cosign writes no digest for Ed25519.
    if (name === 'ed25519') return
    const { algorithm, digest } = bundle.messageSignature.messageDigest
    expect(algorithm).toBe(`SHA2_${digestAlgorithm(row(name)).name.slice(3)}`)
    expect(await verifyDigest(key, row(name), Buffer.from(digest, 'base64'), signature)).toBe(true)
  })
})

test.each([
  ['an empty password', 'empty.key', 'empty.pub', new Secret('')],
  ["cosign 1's label and N 32768", 'legacy.key', 'ecdsa-p256-sha256.pub', password],
  ['N 131072', 'owasp.key', 'ecdsa-p256-sha256.pub', password],
])('a key file with %s is opened', async (_, file, publicFile, secret) => {
  expect(publicKeyPem(await decryptPrivateKey(vector(file), secret))).toBe(vector(publicFile))
})

test.each([
  ['CRLF', p256.replaceAll('\n', '\r\n')],
  [
    'lines of 76 characters',
    p256
      .replaceAll('\n', '')
      .replace(/(-----)([^-]+)(-----END)/, (_, a, b, c) => `${a}\n${b.replace(/.{76}/g, '$&\n')}\n${c}`),
  ],
  ['one long line', p256.replaceAll('\n', '').replace(/(KEY-----)([^-]+)/, '$1\n$2\n')],
  ['no line end after it', p256.trimEnd()],
  ['text before it', `# my key\n${p256}`],
])('a key file with %s is opened', async (_, pem) => {
  expect(publicKeyPem(await decryptPrivateKey(pem, password))).toBe(vector('ecdsa-p256-sha256.pub'))
})

// One key of each kind: sizes and curves take the same way, and each derivation takes its time.
test.each(['ecdsa-p256-sha256', 'ed25519', 'rsa-pkcs1-2048-sha256'] as const)(
  'a %s key survives encryption',
  async (name) => {
    const { privateKey } = signerOf(name)
    const pem = await encryptPrivateKey(privateKey, new Secret(''))
    expect((await decryptPrivateKey(pem, new Secret(''))).equals(privateKey)).toBe(true)
  },
)

test('each encryption has a new salt and a new nonce', async () => {
  const { privateKey } = signerOf('ed25519')
  const [one, other] = await Promise.all([1, 2].map(() => encryptPrivateKey(privateKey, password)))
  expect(inside(one ?? '').kdf).not.toEqual(inside(other ?? '').kdf)
  expect(inside(one ?? '').cipher).not.toEqual(inside(other ?? '').cipher)
})

test('what is written has the shape that cosign reads, and no plain key', async () => {
  const { privateKey } = signerOf('ecdsa-p256-sha256')
  const pem = await encryptPrivateKey(privateKey, password)
  expect(pem.startsWith(`-----BEGIN ${sigstoreLabel}-----\n`)).toBe(true)
  const text = expect.any(String)
  expect(inside(pem)).toEqual({
    kdf: { name: 'scrypt', params: { N: 65_536, r: 8, p: 1 }, salt: text },
    cipher: { name: 'nacl/secretbox', nonce: text },
    ciphertext: text,
  })
  const der = privateKey.export({ type: 'pkcs8', format: 'der' })
  expect(Buffer.from(pemDecode(pem)[0]?.der ?? '').includes(der.toString('base64').slice(20, 60))).toBe(false)
})

test('a wrong password is called one, and an empty one is told apart', async () => {
  const wrong = { code: 'KEY_PASSWORD', found: 'another password (or a damaged key file)' }
  await expect(decryptPrivateKey(p256, new Secret('pa ss'))).rejects.toMatchObject(wrong)
  await expect(decryptPrivateKey(p256, new Secret('pä ss\n'))).rejects.toMatchObject(wrong)
  const empty = { code: 'KEY_PASSWORD', found: 'an empty password', hint: expect.stringContaining('COSIGN_PASSWORD') }
  await expect(decryptPrivateKey(p256, new Secret(''))).rejects.toMatchObject(empty)
})

test.each(['ciphertext', 'salt', 'nonce'])('a flipped bit in the %s is noticed', async (part) => {
  const flip = (text: string): string => {
    const bytes = Buffer.from(text, 'base64')
    bytes[5] = (bytes[5] ?? 0) ^ 1
    return bytes.toString('base64')
  }
  const text = JSON.stringify(inside(p256)).replace(
    new RegExp(`"${part}":"([^"]+)"`),
    (_, value) => `"${part}":"${flip(value)}"`,
  )
  await expect(decryptPrivateKey(wrap(JSON.parse(text)), password)).rejects.toMatchObject({ code: 'KEY_PASSWORD' })
})

test.each([
  ['a cost that cosign refuses', (text: string) => text.replace('65536', '16384'), 'KEY_UNSUPPORTED'],
  ['a cost that would take days', (text: string) => text.replace('65536', '1073741824'), 'KEY_UNSUPPORTED'],
  ['a cost as text', (text: string) => text.replace('65536', '"65536"'), 'KEY_UNSUPPORTED'],
  ['another block size', (text: string) => text.replace('"r":8', '"r":64'), 'KEY_UNSUPPORTED'],
  ['more lanes', (text: string) => text.replace('"p":1', '"p":1000'), 'KEY_UNSUPPORTED'],
  ['no parameters', (text: string) => text.replace(/"params":\{[^}]*\},/, ''), 'KEY_UNSUPPORTED'],
  ['another derivation', (text: string) => text.replace('scrypt', 'argon2'), 'KEY_UNSUPPORTED'],
  ['no derivation', (text: string) => text.replace('"kdf"', '"x"'), 'KEY_UNSUPPORTED'],
  ['another cipher', (text: string) => text.replace('nacl/secretbox', 'none'), 'KEY_UNSUPPORTED'],
  ['a short nonce', (text: string) => text.replace(/"nonce":"[^"]+"/, '"nonce":"AAAA"'), 'KEY_INVALID'],
  ['a number for the salt', (text: string) => text.replace(/"salt":"[^"]+"/, '"salt":5'), 'KEY_INVALID'],
  ['damaged base64', (text: string) => text.replace(/"ciphertext":"./, '"ciphertext":"$'), 'KEY_INVALID'],
  ['no ciphertext', (text: string) => text.replace('"ciphertext"', '"x"'), 'KEY_INVALID'],
  ['no JSON', () => 'x', 'KEY_INVALID'],
  ['an empty value', () => 'null', 'KEY_UNSUPPORTED'],
])('a key file with %s is refused before any work', async (_, change, code) => {
  const pem = pemEncode(sigstoreLabel, Buffer.from(change(JSON.stringify(inside(p256)))))
  await expect(decryptPrivateKey(pem, password)).rejects.toMatchObject({ code })
})

test.each([
  ['another label', wrap(inside(p256), 'PRIVATE KEY'), 'KEY_INVALID'],
  ['two keys', p256 + p256, 'KEY_INVALID'],
  ['no end', p256.slice(0, -20), 'KEY_INVALID'],
  ['nothing', '', 'KEY_INVALID'],
  ['a megabyte', p256 + ' '.repeat(1024 * 1024), 'INPUT_TOO_LARGE'],
])('a file with %s is refused', async (_, pem, code) => {
  await expect(decryptPrivateKey(pem, password)).rejects.toMatchObject({ code })
})

test('arbitrary JSON in a key file is refused, and never crashes', async () => {
  const names = fc.constantFrom('kdf', 'cipher', 'params', 'name', 'N', 'r', 'p', 'salt', 'nonce', 'ciphertext')
  const leaf = fc.oneof(fc.constantFrom('scrypt', 'nacl/secretbox', 'AAAA', 8, 1, null), fc.string(), fc.integer())
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, fc.dictionary(names, tie('value'))),
  }))
  await fc.assert(
    fc.asyncProperty(value, async (file) => {
      await expect(decryptPrivateKey(wrap(file), password)).rejects.toMatchObject({
        code: expect.stringMatching(/^KEY_/),
      })
    }),
    { numRuns: 300 },
  )
})

/** A key file around any content, made without the code under test. */
function seal(content: Uint8Array): string {
  const [salt, nonce] = [randomBytes(32), randomBytes(24)]
  const key = scryptSync(password.expose(), salt, 32, { N: 32_768, r: 8, p: 1, maxmem: 2 ** 27 })
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
  return wrap({
    kdf: { name: 'scrypt', params: { N: 32_768, r: 8, p: 1 }, salt: text(salt) },
    cipher: { name: 'nacl/secretbox', nonce: text(nonce) },
    ciphertext: text(xsalsa20poly1305(key, nonce).encrypt(content)),
  })
}

test('what is no usable private key under a sound encryption is refused', async () => {
  const damaged = decryptPrivateKey(seal(Buffer.from('no key')), password)
  await expect(damaged).rejects.toMatchObject({ code: 'KEY_INVALID' })
  const publicDer = signerOf('ecdsa-p256-sha256').publicKey.export({ type: 'spki', format: 'der' })
  await expect(decryptPrivateKey(seal(publicDer), password)).rejects.toMatchObject({ code: 'KEY_INVALID' })
  const empty = decryptPrivateKey(seal(Buffer.alloc(0)), password)
  await expect(empty).rejects.toMatchObject({ code: 'KEY_INVALID' })
})

test('a key of an unusable kind under a sound encryption is refused', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const der = privateKey.export({ type: 'pkcs8', format: 'der' })
  await expect(decryptPrivateKey(seal(der), password)).rejects.toMatchObject({ code: 'KEY_UNSUPPORTED' })
})

test('a public key is not encrypted as a private one', async () => {
  const key = createPublicKey(generateSigner().privateKey)
  await expect(encryptPrivateKey(key, password)).rejects.toMatchObject({ code: 'KEY_INVALID' })
})
