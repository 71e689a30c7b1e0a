import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, expect, test, vi } from 'vitest'
import { publicKeyPem, verifySignature } from '../../src/keys/index.ts'
import { importPrivateKey, loadPrivateKey, loadPublicKey, loadSigner, readKeyFile } from '../../src/keys/signing.ts'
import { password, signerOf, vector } from './fixtures.ts'

const folder = mkdtempSync(join(tmpdir(), 'sealwax-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const withPassword = { env: {}, password: () => Promise.resolve(password) }
const { privateKey } = signerOf('ed25519')
const plain = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

test("a signer is loaded from cosign's key file", async () => {
  const signer = await loadSigner(file('cosign.key', vector('ecdsa-p384-sha384.key')), withPassword)
  const { signature } = await signer.sign(Buffer.from('x'))
  expect(publicKeyPem(signer.publicKey)).toBe(vector('ecdsa-p384-sha384.pub'))
  expect(verifySignature(signer.publicKey, signer.algorithm, Buffer.from('x'), signature)).toBe(true)
})

test('a signer is loaded from a variable of the environment', async () => {
  const env = { SIGNING_KEY: vector('ecdsa-p256-sha256.key') }
  const signer = await loadSigner('env://SIGNING_KEY', { ...withPassword, env })
  expect(publicKeyPem(signer.publicKey)).toBe(vector('ecdsa-p256-sha256.pub'))
})

test('a key under PKCS#8 encryption and one under none are loaded', async () => {
  const encrypted = file('encrypted.pem', vector('openssl-pbkdf2.pem'))
  expect(publicKeyPem(await loadPrivateKey(encrypted, withPassword))).toBe(vector('ecdsa-p256-sha256.pub'))
  expect((await loadPrivateKey(file('plain.pem', plain), withPassword)).equals(privateKey)).toBe(true)
})

test('the password is asked for only when the key is encrypted', async () => {
  const ask = vi.fn(withPassword.password)
  await loadSigner(file('plain.pem', plain), { env: {}, password: ask })
  expect(ask).not.toHaveBeenCalled()
  await loadSigner(file('cosign.key', vector('ed25519.key')), { env: {}, password: ask })
  expect(ask).toHaveBeenCalledOnce()
})

test.each(['ed25519.key', 'openssl-pbkdf2.pem'])(
  '%s without anyone to ask for the password is refused',
  async (name) => {
    const refused = { code: 'KEY_PASSWORD', found: 'none', hint: expect.stringContaining('COSIGN_PASSWORD') }
    await expect(loadSigner(file(name, vector(name)), { env: {} })).rejects.toMatchObject(refused)
  },
)

test('a public key is loaded from PEM, DER and the environment', async () => {
  const pem = vector('rsa-pkcs1-2048-sha256.pub')
  const der = signerOf('ed25519').publicKey.export({ type: 'spki', format: 'der' })
  expect(publicKeyPem(await loadPublicKey(file('a.pub', pem), { env: {} }))).toBe(pem)
  expect(publicKeyPem(await loadPublicKey('env://PUB', { env: { PUB: pem } }))).toBe(pem)
  expect((await loadPublicKey(file('a.der', der), { env: {} })).equals(signerOf('ed25519').publicKey)).toBe(true)
})

test('a path with a colon or a drive letter is a path', async () => {
  const notFound = { code: 'FILE_NOT_FOUND' }
  await expect(loadSigner('C:\\keys\\cosign.key', { env: {} })).rejects.toMatchObject(notFound)
  await expect(loadSigner('C:/keys/cosign.key', { env: {} })).rejects.toMatchObject(notFound)
  await expect(loadSigner('keys:mine', { env: {} })).rejects.toMatchObject(notFound)
})

test.each<[string, () => string, string]>([
  ['a missing file', () => join(folder, 'none.key'), 'FILE_NOT_FOUND'],
  [
    'a folder',
    () => (mkdirSync(join(folder, 'folder'), { recursive: true }), join(folder, 'folder')),
    'FILE_UNREADABLE',
  ],
  ['a large file', () => file('large', Buffer.alloc(64 * 1024 + 1)), 'INPUT_TOO_LARGE'],
  ['a missing variable', () => 'env://NONE', 'FILE_NOT_FOUND'],
  ['an empty variable', () => 'env://EMPTY', 'FILE_NOT_FOUND'],
  ['a large variable', () => 'env://LARGE', 'INPUT_TOO_LARGE'],
  ['nothing', () => '', 'USAGE'],
  ['a path with a zero byte', () => 'a\0b', 'USAGE'],
])('%s is refused as a key', async (_, reference, code) => {
  const env = { EMPTY: '', LARGE: 'x'.repeat(64 * 1024 + 1) }
  await expect(readKeyFile(reference(), env)).rejects.toMatchObject({ code })
  await expect(loadPublicKey(reference(), { env })).rejects.toMatchObject({ code })
})

test('a file of exactly the allowed size is read', async () => {
  const text = plain.padEnd(64 * 1024, '\n')
  expect(importPrivateKey(await readKeyFile(file('full', text), {})).equals(privateKey)).toBe(true)
})

test('a key given as text is refused without being repeated', async () => {
  for (const reference of [plain, plain.replaceAll('\n', ' '), `env://${plain}`]) {
    const error: unknown = await loadSigner(reference, { env: {} }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'USAGE', hint: expect.stringContaining('env://') })
    expect(inspect(error, { depth: null })).not.toContain(plain.slice(40, 60))
  }
})

test('a key in base64, or a token, given as text is refused without being repeated', async () => {
  const pem = Buffer.from(plain).toString('base64')
  const der = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')
  const rsa = signerOf('rsa-pkcs1-2048-sha256').privateKey.export({ type: 'pkcs8', format: 'der' })
  const token = `eyJhbGciOiJFUzI1NiJ9.${'claims'.repeat(9)}.c2ln`
  // The last is longer than a file name may be, which the system says in other words than that there is none.
  for (const secret of [pem, der, token, rsa.toString('base64url')])
    for (const reference of [secret, `env://${secret}`, `env:// ${secret}`]) {
      const error: unknown = await loadSigner(reference, { env: {} }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ name: 'SealwaxError', hint: expect.stringContaining('env://NAME') })
      const told = inspect(error, { depth: null })
      for (let at = 0; at + 12 <= secret.length; at += 4) expect(told).not.toContain(secret.slice(at, at + 12))
    }
})

test.each([
  ['awskms:///alias/x', '@sealwax/kms-aws'],
  ['gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k', '@sealwax/kms-gcp'],
  ['azurekms://vault/key', '@sealwax/kms-azure'],
  ['hashivault://key', '@sealwax/kms-vault'],
  ['openbao://key', '@sealwax/kms-vault'],
  ['k8s://namespace/name', '@sealwax/kms-k8s'],
  ['pkcs11:token=t;object=k', '@sealwax/kms-pkcs11'],
])('%s without its package names the package and how to install it', async (reference, name) => {
  const missing = { code: 'KEY_STORE_MISSING', hint: `npm install --save-dev ${name}` }
  await expect(loadSigner(reference, { env: {} })).rejects.toMatchObject(missing)
  await expect(loadPublicKey(reference, { env: {} })).rejects.toMatchObject(missing)
})

test.each(['gitlab://group/project', 'https://example.com/cosign.pub', 'ftp://x/y'])(
  '%s is refused',
  async (reference) => {
    const refused = { code: 'KEY_UNSUPPORTED', expected: expect.stringContaining('env://VARIABLE') }
    await expect(loadSigner(reference, { env: {} })).rejects.toMatchObject(refused)
    await expect(loadPublicKey(reference, { env: {} })).rejects.toMatchObject(refused)
  },
)
