import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder, sealwax } from './command.ts'

let folder: ReturnType<typeof makeFolder>
beforeEach(() => (folder = makeFolder()))
afterEach(() => folder.remove())

const password = { COSIGN_PASSWORD: 'swordfish' }
const here = (env: Readonly<Record<string, string>> = {}): { cwd: string; env: Readonly<Record<string, string>> } => ({
  cwd: folder.path,
  env,
})
const read = (name: string): string => readFileSync(join(folder.path, name), 'utf8')

test('generate-key-pair writes an encrypted private key and its public key', async () => {
  const { code, stdout, stderr } = await sealwax(['generate-key-pair'], here(password))
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(stderr).toBe('Private key written to cosign.key\nPublic key written to cosign.pub\n')
  expect(read('cosign.key')).toMatch(/^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n/)
  const { stdout: pem } = await sealwax(['public-key', '--key', 'cosign.key'], here(password))
  expect(pem).toBe(read('cosign.pub'))
  expect(createPublicKey(pem).asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' })
})

test.skipIf(process.platform === 'win32')('only the owner may read the private key', async () => {
  await sealwax(['generate-key-pair', '--output-key-prefix', 'release'], here(password))
  expect(statSync(join(folder.path, 'release.key')).mode & 0o777).toBe(0o600)
})

test('an existing key pair is not overwritten without a yes', async () => {
  await sealwax(['generate-key-pair'], here(password))
  const before = read('cosign.key')
  const refused = await sealwax(['generate-key-pair'], here(password))
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(/Error \[FILE_EXISTS\]: .*\n(.*\n)* {2}next: .*--yes/)
  expect(read('cosign.key')).toBe(before)
  expect((await sealwax(['generate-key-pair', '--yes=false'], here(password))).code).toBe(1)
  expect((await sealwax(['generate-key-pair'], here({ ...password, COSIGN_YES: 'true' }))).code).toBe(0)
  expect(read('cosign.key')).not.toBe(before)
})

test('a password on standard input opens the key with and without its line end', async () => {
  const piped = (input: string, ...args: string[]): ReturnType<typeof sealwax> =>
    sealwax(args, { cwd: folder.path, input })
  await piped('swordfish\n', 'generate-key-pair')
  expect((await piped('swordfish', 'public-key', '--key', 'cosign.key')).code).toBe(0)
  expect((await piped('swordfish\r\n', 'public-key', '--key', 'cosign.key')).code).toBe(0)
  const wrong = await piped('swordfish \n', 'public-key', '--key', 'cosign.key')
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toContain('Error [KEY_PASSWORD]')
  expect(wrong.stderr).not.toContain('swordfish')
})

test('a key whose password ends with a line end, as cosign makes it from a pipe, still opens from a pipe', async () => {
  await sealwax(['generate-key-pair'], here({ COSIGN_PASSWORD: 'swordfish\n' }))
  const { code } = await sealwax(['public-key', '--key', 'cosign.key'], { cwd: folder.path, input: 'swordfish\n' })
  expect(code).toBe(0)
})

test('import-key-pair encrypts a PEM key under another name', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  writeFileSync(join(folder.path, 'mine.pem'), privateKey.export({ type: 'sec1', format: 'pem' }))
  const { code } = await sealwax(['import-key-pair', '-k', 'mine.pem'], here(password))
  expect(code).toBe(0)
  expect(read('import-cosign.pub')).toBe(publicKey.export({ type: 'spki', format: 'pem' }))
  const { stdout } = await sealwax(['public-key', '--key', 'import-cosign.key'], here(password))
  expect(stdout).toBe(read('import-cosign.pub'))
})

test('import-key-pair of something that is no key writes nothing', async () => {
  writeFileSync(join(folder.path, 'mine.pem'), 'not a key')
  const { code, stderr } = await sealwax(['import-key-pair', '-k', 'mine.pem'], here(password))
  expect(code).toBe(1)
  expect(stderr).toContain('Error [KEY_INVALID]')
  expect(() => read('import-cosign.key')).toThrow('ENOENT')
})

test('public-key reads a variable of the environment and a public key file', async () => {
  await sealwax(['generate-key-pair'], here(password))
  const fromVariable = await sealwax(
    ['public-key'],
    here({ ...password, COSIGN_KEY: 'env://PEM', PEM: read('cosign.key') }),
  )
  expect(fromVariable.stdout).toBe(read('cosign.pub'))
  await sealwax(['public-key', '--key', 'cosign.pub', '--outfile', 'again.pub'], here())
  expect(read('again.pub')).toBe(read('cosign.pub'))
})

test('a key that is not there is told as not found', async () => {
  const { code, stderr } = await sealwax(['public-key', '--key', 'none.key'], here())
  expect(code).toBe(11)
  expect(stderr).toContain('none.key')
})

test('a key in a key store whose package is not installed is answered with the command that installs it', async () => {
  const { code, stderr } = await sealwax(['public-key', '--key', 'awskms:///alias/release'], here())
  expect(code).toBe(1)
  expect(stderr).toMatch(/next: npm install .*@sealwax\/kms-aws/)
})
