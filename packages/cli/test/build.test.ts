// Folders and files signed with an identity, and what verifying says about those it cannot vouch for.
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@sealwax/sandbox'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { good, makeFolder, type Run, sealwax } from './command.ts'

const folder = makeFolder()
const path = (name: string): string => join(folder.path, name)
const put = (name: string, text: string): void => writeFileSync(path(name), text)
const who = [
  '--certificate-identity',
  'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main',
  '--certificate-oidc-issuer',
  'https://token.actions.githubusercontent.com',
]
let sandbox: Sandbox
let env: Readonly<Record<string, string>>

function run(...args: string[]): Promise<Run> {
  return sealwax(args, { cwd: folder.path, env })
}
function published(): number {
  return sandbox.requests.filter(({ method }) => method === 'POST').length
}

beforeAll(async () => {
  sandbox = await startSandbox({ directory: path('sandbox') })
  env = await sandbox.environment({
    kind: 'github',
    repository: 'acme/app',
    workflow: 'release.yml',
    ref: 'refs/heads/main',
  })
  await sealwax(['generate-key-pair'], { cwd: folder.path, env: { COSIGN_PASSWORD: '' } })
})
afterAll(async () => {
  await sandbox.close()
  folder.remove()
})
beforeEach(async () => {
  put('a.txt', 'first\n')
  for (const name of ['one', 'two', 'three']) {
    rmSync(path(name), { recursive: true, force: true })
    mkdirSync(path(name))
    put(`${name}/index.html`, name)
  }
  await good(run('sign-build', 'one', 'two', 'three'))
})

test('verify-build names what it did not look at', async () => {
  expect((await good(run('verify-build', ...who, 'one'))).stdout).not.toContain('not covered')
  put('one/.htaccess', 'x')
  mkdirSync(path('one/.well-known'))
  put('one/.well-known/security.txt', 'x')
  const { stdout } = await good(run('verify-build', ...who, 'one'))
  expect(stdout).toMatch(/^one: ok, 1 file as signed\n {2}not covered: \.htaccess \.well-known\/?\n/)
  for (let at = 0; at < 30; at++) put(`one/.${at}`, 'x')
  expect((await good(run('verify-build', ...who, 'one'))).stdout).toMatch(/ {2}not covered: .* and 12 more\n/)
})

test('every folder is looked at, each error names its folder, and the highest code counts', async () => {
  put('one/attestation.sigstore.json', '{')
  put('three/index.html', 'changed')
  const { code, stdout, stderr } = await run('verify-build', ...who, 'one', 'nowhere', 'two', 'three')
  expect(code).toBe(12)
  expect(stdout).toMatch(/^one: FAILED\n/)
  expect(stdout).toContain('\nnowhere: FAILED\n')
  expect(stdout).toContain('\ntwo: ok, 1 file as signed\n')
  expect(stdout).toContain('\nthree: FAILED\n')
  expect(stderr).toContain('NOT VERIFIED: one, nowhere, three')
  expect((await run('verify-build', ...who, 'one', 'two')).code).toBe(1)
  expect((await run('verify-build', ...who, 'one', 'nowhere')).code).toBe(11)
  const json = await run('verify-build', '-o', 'json', ...who, 'one', 'two')
  expect(JSON.parse(json.stdout)).toMatchObject([
    { folder: 'one', ok: false, reasons: [{ code: expect.stringMatching(/INVALID$/) }] },
    { folder: 'two', ok: true },
  ])
})

test('--bundle of verify-build is relative to the folder, or an absolute path', async () => {
  renameSync(path('one/attestation.sigstore.json'), path('elsewhere.json'))
  expect((await run('verify-build', ...who, 'one')).code).toBe(10)
  expect((await run('verify-build', ...who, '--bundle', path('elsewhere.json'), 'one')).code).toBe(0)
  expect((await run('verify-build', ...who, '--bundle', '../elsewhere.json', 'one')).code).toBe(0)
})

test('nobody is said to have signed when the certificate is not one of an authority that is trusted', async () => {
  await good(run('sign-blob', 'a.txt'))
  // Without the sandbox's trusted root only the public Sigstore is believed.
  for (const args of [
    ['verify-blob', 'a.txt'],
    ['verify-build', 'one'],
  ]) {
    const { code, stdout } = await sealwax([...args, ...who], { cwd: folder.path })
    expect(code).toBe(12)
    expect(stdout).not.toMatch(/^ +(signed by|issuer|source) /m)
    expect(stdout).toContain('Who signed is not known: the certificate was not verified.')
  }
})

test('a bundle of an identity held against a key gives one reason', async () => {
  await good(run('sign-blob', 'a.txt'))
  const { code, stdout } = await run('verify-blob', '--key', 'cosign.pub', 'a.txt')
  expect(code).toBe(12)
  expect(stdout.match(/✗/g)).toHaveLength(1)
})

test('nothing is published when a file cannot be read or a bundle cannot be written', async () => {
  const before = published()
  mkdirSync(path('full.bundle'), { recursive: true })
  put('p.json', '{}')
  for (const [code, ...args] of [
    [11, 'sign-blob', 'a.txt', 'nowhere.txt'],
    [1, 'sign-blob', 'a.txt', 'one'],
    [11, 'sign-blob', '--bundle', 'nofolder/x.json', 'a.txt'],
    [1, 'sign-blob', '--bundle', 'full.bundle', 'a.txt'],
    [1, 'sign-blob', '--bundle', 'a.txt/x.json', 'p.json'],
    [11, 'attest-blob', '--predicate', 'p.json', '--bundle', 'nofolder/x.json', 'a.txt'],
  ] as const) {
    expect({ args, code: (await run(...args)).code }).toEqual({ args, code })
  }
  expect(published()).toBe(before)
  expect(readdirSync(folder.path).filter((name) => name.includes('tmp'))).toEqual([])
})

const isRoot = process.getuid?.() === 0 || process.platform === 'win32'
test.skipIf(isRoot)(
  `nothing is published when a folder is read-only${isRoot ? ' (skipped: permissions do not bind this user)' : ''}`,
  async () => {
    const before = published()
    mkdirSync(path('closed'), { recursive: true })
    chmodSync(path('closed'), 0o500)
    expect((await run('sign-blob', '--bundle', 'closed/a.json', 'a.txt')).code).toBe(1)
    expect(published()).toBe(before)
    expect(existsSync(path('closed/a.json'))).toBe(false)
  },
)

test('an identity token on the command line wins over a key in a variable', async () => {
  const { SIGSTORE_ID_TOKEN: token = '', ...rest } = await sandbox.environment({
    kind: 'email',
    email: 'jane@acme.example',
    issuer: 'google',
  })
  const settings = { ...rest, SEALWAX_KEY: 'cosign.key', COSIGN_KEY: 'cosign.key', COSIGN_PASSWORD: '' }
  for (const verb of ['sign-blob', 'sign-build']) {
    const args = [verb, '--identity-token', token, verb === 'sign-blob' ? 'a.txt' : 'one']
    const { stderr } = await good(sealwax(args, { cwd: folder.path, env: settings }))
    expect(stderr).toContain('igned by jane@acme.example')
  }
  expect((await good(sealwax(['sign-build', 'one'], { cwd: folder.path, env: settings }))).stderr).toContain(
    'by the key',
  )
})
