// Files signed by key, without any service: what the command does with files, bundles, standard input and exit codes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFolder, type Run, sealwax } from './command.ts'

const folder = makeFolder()
const path = (name: string): string => join(folder.path, name)
const put = (name: string, text: string): void => writeFileSync(path(name), text)
const env = { COSIGN_PASSWORD: 'swordfish', COSIGN_SIGNING_CONFIG: 'none.json' }

function sign(...args: string[]): Promise<Run> {
  return sealwax(['sign-blob', '--key', 'cosign.key', ...args], { cwd: folder.path, env })
}
function verify(...args: string[]): Promise<Run> {
  return sealwax(['verify-blob', '--key', 'cosign.pub', '--insecure-ignore-tlog', ...args], { cwd: folder.path })
}

beforeAll(async () => {
  const mediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json'
  put('none.json', JSON.stringify({ mediaType, rekorTlogConfig: {}, tsaConfig: {} }))
  put('a.txt', 'first\n')
  put('b.txt', 'second\n')
  await sealwax(['generate-key-pair'], { cwd: folder.path, env })
  await sealwax(['generate-key-pair', '--output-key-prefix', 'other'], { cwd: folder.path, env })
  await sign('a.txt', 'b.txt')
})
afterAll(() => folder.remove())

test('each file of a call gets its own bundle; their paths are the result', async () => {
  const { code, stdout, stderr } = await sign('a.txt', 'b.txt')
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'a.txt.sigstore.json\nb.txt.sigstore.json\n' })
  expect(stderr).toContain('Wrote bundle to file a.txt.sigstore.json\n')
  expect(stderr).toMatch(/^Signed by the key .{44}, in no transparency log$/m)
})

test('verify-blob says Verified OK on stderr and who signed on stdout', async () => {
  const { code, stdout, stderr } = await verify('a.txt', 'b.txt')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^a\.txt: ok\n {2}signed by {2}key .{44}\nb\.txt: ok\n/)
  expect(stderr).toMatch(/^WARNING: Skipping tlog verification/)
  expect(stderr.split('\n').at(-2)).toBe('Verified OK')
})

test('a changed file is refused with exit code 12', async () => {
  put('c.txt', 'third\n')
  await sign('c.txt')
  put('c.txt', 'third!\n')
  const { code, stdout, stderr } = await verify('a.txt', 'c.txt')
  expect(code).toBe(12)
  expect(stdout).toContain('a.txt: ok\n')
  expect(stdout).toContain('c.txt: FAILED\n')
  expect(stderr).toContain('NOT VERIFIED: c.txt')
  expect(stderr).not.toContain('Verified OK')
})

test('another key is refused with exit code 12', async () => {
  const args = ['verify-blob', '--key', 'other.pub', '--insecure-ignore-tlog', 'a.txt']
  expect((await sealwax(args, { cwd: folder.path })).code).toBe(12)
})

test('a log entry is wanted unless the flag says otherwise', async () => {
  const { code, stdout } = await sealwax(['verify-blob', '--key', 'cosign.pub', 'a.txt'], { cwd: folder.path })
  expect(code).toBe(12)
  expect(stdout).toContain('transparency log')
})

test('a missing bundle is exit code 10, and the other files are still verified', async () => {
  put('unsigned.txt', '')
  const { code, stdout } = await verify('unsigned.txt', 'a.txt')
  expect(code).toBe(10)
  expect(stdout).toContain('unsigned.txt: FAILED')
  expect(stdout).toContain('a.txt: ok')
})

test('a missing file is exit code 11', async () => {
  expect((await verify('nowhere.txt')).code).toBe(11)
  expect((await sign('nowhere.txt')).code).toBe(11)
})

test('a damaged bundle is exit code 1 with its own error code', async () => {
  put('broken.json', '{"mediaType":')
  const { code, stdout } = await verify('--bundle', 'broken.json', 'a.txt', '-o', 'json')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject([{ ok: false, reasons: [{ code: expect.stringMatching(/INVALID$/) }] }])
})

test('a bundle of a key does for nobody who asks for an identity: exit code 13', async () => {
  const wanted = ['--certificate-identity', 'a@b.example', '--certificate-oidc-issuer', 'https://b.example']
  const { code, stdout } = await sealwax(['verify-blob', ...wanted, 'a.txt'], { cwd: folder.path })
  expect(code).toBe(13)
  expect(stdout).toContain('a.txt: FAILED')
})

test('without a key or an identity to ask for, verifying is a usage error', async () => {
  const { code, stderr } = await sealwax(['verify-blob', 'a.txt'], { cwd: folder.path })
  expect(code).toBe(2)
  expect(stderr).toContain('--certificate-identity or --certificate-identity-regexp is required')
})

test('an empty identity is no identity', async () => {
  const args = ['verify-blob', '--certificate-identity=', '--certificate-oidc-issuer-regexp=', 'a.txt']
  expect((await sealwax(args, { cwd: folder.path })).code).toBe(2)
})

const identity = ['--certificate-identity', 'a@b.example', '--certificate-oidc-issuer', 'x']

test('a key and an identity together are a usage error, on the command line and by variables', async () => {
  const flags = await sealwax(['verify-blob', '--key', 'cosign.pub', ...identity, 'a.txt'], { cwd: folder.path })
  expect(flags.code).toBe(2)
  const env = { COSIGN_KEY: 'cosign.pub', COSIGN_CERTIFICATE_IDENTITY: 'a@b.example' }
  const variables = await sealwax(['verify-blob', 'a.txt'], { cwd: folder.path, env })
  expect(variables.code).toBe(2)
  expect(variables.stderr).toContain('COSIGN_KEY')
})

test('a key or an identity on the command line wins over variables of the other', async () => {
  const at = (env: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> =>
    sealwax(['verify-blob', '--insecure-ignore-tlog', ...args, 'a.txt'], { cwd: folder.path, env })
  // 13: the identity is asked for, and the bundle is a key's.
  expect((await at({ SEALWAX_KEY: 'cosign.pub' }, ...identity)).code).toBe(13)
  const who = { SEALWAX_CERTIFICATE_IDENTITY: 'a@b.example', COSIGN_CERTIFICATE_OIDC_ISSUER: 'x' }
  expect((await at(who, '--key', 'cosign.pub')).code).toBe(0)
})

test('{} in --bundle stands for the file', async () => {
  const { code, stdout } = await sign('--bundle', '{}.bundle', 'a.txt', 'b.txt')
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'a.txt.bundle\nb.txt.bundle\n' })
  expect((await verify('--bundle', '{}.bundle', 'a.txt', 'b.txt')).code).toBe(0)
})

test('an empty --bundle is a usage error for every verb that has it', async () => {
  for (const verb of ['sign-blob', 'verify-blob', 'sign-build', 'verify-build', 'verify-blob-attestation']) {
    const { code, stderr } = await sealwax([verb, '--key', 'cosign.pub', '--bundle=', 'a.txt'], { cwd: folder.path })
    expect({ verb, code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--bundle names no file') })
  }
  put('p.json', '{}')
  const args = ['attest-blob', '--key', 'cosign.key', '--predicate', 'p.json', '--bundle=', 'a.txt']
  expect((await sealwax(args, { cwd: folder.path, env })).code).toBe(2)
})

test('sign-build wants a name as --bundle, no path', async () => {
  for (const bundle of [path('x.json'), 'sub/x.json', '../x.json', 'sub\\x.json']) {
    const args = ['sign-build', '--key', 'cosign.key', '--bundle', bundle, '.']
    const { code, stderr } = await sealwax(args, { cwd: folder.path, env })
    expect({ bundle, code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('only a name') })
  }
})

test('one bundle for several files is refused before anything is signed', async () => {
  const { code, stderr } = await sign('--bundle', 'one.json', 'a.txt', 'b.txt')
  expect(code).toBe(2)
  expect(stderr).toContain('each file needs a bundle of its own')
  expect(existsSync(path('one.json'))).toBe(false)
})

test('a bundle never overwrites a file that is signed in the same call', async () => {
  const before = readFileSync(path('a.txt.sigstore.json'))
  expect((await sign('a.txt', 'a.txt.sigstore.json')).code).toBe(2)
  expect((await sign('--bundle', './a.txt', 'a.txt')).code).toBe(2)
  expect(readFileSync(path('a.txt.sigstore.json'))).toEqual(before)
  expect(readFileSync(path('a.txt'), 'utf8')).toBe('first\n')
})

test('standard input is signed to standard output and verified from it', async () => {
  const content = 'x'.repeat(1_000_000)
  const options = { cwd: folder.path, env, input: content }
  const { code, stdout } = await sealwax(['sign-blob', '--key', 'cosign.key', '-'], options)
  expect(code).toBe(0)
  put('stdin.json', stdout)
  const args = ['verify-blob', '--key', 'cosign.pub', '--insecure-ignore-tlog', '--bundle', 'stdin.json', '-']
  expect((await sealwax(args, { cwd: folder.path, input: content })).code).toBe(0)
  expect((await sealwax(args, { cwd: folder.path, input: `${content}!` })).code).toBe(12)
})

test('standard input cannot be both the file and the password', async () => {
  const options = { cwd: folder.path, env: { COSIGN_SIGNING_CONFIG: 'none.json' }, input: 'swordfish' }
  const { code, stderr } = await sealwax(['sign-blob', '--key', 'cosign.key', '-'], options)
  expect(code).toBe(1)
  expect(stderr).toContain('standard input holds the file to sign')
})

test('a file known only by its digest can be verified', async () => {
  const digest = createHash('sha256').update('first\n').digest('hex')
  expect((await verify('--bundle', 'a.txt.sigstore.json', `sha256:${digest}`)).code).toBe(0)
  expect((await verify('--bundle', 'b.txt.sigstore.json', `sha256:${digest}`)).code).toBe(12)
})

test('-o json prints the verdicts with their evidence, and nothing else on stdout', async () => {
  const { stdout } = await verify('-o', 'json', 'a.txt')
  const [result] = JSON.parse(stdout) as [{ evidence: { bundle: unknown } }]
  expect(result).toMatchObject({
    subject: 'a.txt',
    ok: true,
    reasons: [],
    evidence: { signed: true, signer: { kind: 'key' } },
  })
})

test('-o json prints what was signed', async () => {
  const { stdout } = await sign('-o', 'json', 'a.txt')
  expect(JSON.parse(stdout)).toMatchObject([
    { file: 'a.txt', bundle: 'a.txt.sigstore.json', signer: { kind: 'key' }, entries: [] },
  ])
})

test('a flag wins over its variables, and SEALWAX_ over COSIGN_', async () => {
  const at = (variables: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> =>
    sealwax(['sign-blob', '--key', 'cosign.key', 'a.txt', ...args], { cwd: folder.path, env: { ...env, ...variables } })
  const both = { SEALWAX_BUNDLE: 'ours.json', COSIGN_BUNDLE: 'theirs.json' }
  expect((await at(both, '--bundle', 'flag.json')).stdout).toBe('flag.json\n')
  expect((await at(both)).stdout).toBe('ours.json\n')
  expect((await at({ ...both, SEALWAX_BUNDLE: '' })).stdout).toBe('theirs.json\n')
})

test('a failed signature leaves no bundle and nothing half-written', async () => {
  const before = readdirSync(folder.path).toSorted()
  const wrong = { ...env, COSIGN_PASSWORD: 'wrong' }
  const { code } = await sealwax(['sign-blob', '--key', 'cosign.key', '--bundle', 'new.json', 'a.txt'], {
    cwd: folder.path,
    env: wrong,
  })
  expect(code).toBe(1)
  expect((await sign('--bundle', 'nofolder/new.json', 'a.txt')).code).not.toBe(0)
  expect(readdirSync(folder.path).toSorted()).toEqual(before)
})

test('a file name cannot steer the terminal', async () => {
  const { stdout } = await verify('no\u{1b}[2Jsuch')
  expect(stdout).not.toContain('\u{1b}')
  expect(stdout).toContain('no\\u{1b}[2Jsuch: FAILED')
})
