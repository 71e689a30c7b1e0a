// Files and folders signed with an identity, against a real private Sigstore.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@sealwax/sandbox'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { good, makeFolder, type Run, sealwax } from './command.ts'

const folder = makeFolder()
const path = (name: string): string => join(folder.path, name)
const put = (name: string, text: string): void => writeFileSync(path(name), text)
let sandbox: Sandbox
let github: Readonly<Record<string, string>>
let person: Readonly<Record<string, string>>

const issuer = 'https://token.actions.githubusercontent.com'
const workflow = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main'
const who = ['--certificate-identity', workflow, '--certificate-oidc-issuer', issuer]

function run(...args: string[]): Promise<Run> {
  return sealwax(args, { cwd: folder.path, env: github })
}
function count(service: string, method = 'POST'): number {
  return sandbox.requests.filter((request) => request.service === service && request.method === method).length
}

beforeAll(async () => {
  sandbox = await startSandbox({ directory: path('sandbox') })
  github = await sandbox.environment({
    kind: 'github',
    repository: 'acme/app',
    workflow: 'release.yml',
    ref: 'refs/heads/main',
  })
  person = {
    ...(await sandbox.environment({ kind: 'email', email: 'jane@acme.example', issuer: 'google' })),
    COSIGN_YES: '',
  }
})
afterAll(async () => {
  await sandbox.close()
  folder.remove()
})
beforeEach(() => {
  sandbox.faults = {}
  put('a.txt', 'first\n')
  put('b.txt', 'second\n')
})

test('in GitHub Actions files are signed without any flag: one certificate for all, one log entry for each', async () => {
  const before = { certificates: count('fulcio'), entries: count('rekor') }
  const { stdout, stderr } = await good(run('sign-blob', 'a.txt', 'b.txt'))
  expect(stdout).toBe('a.txt.sigstore.json\nb.txt.sigstore.json\n')
  expect(stderr).toContain('2 log entries, 2 timestamps')
  expect(stderr).toContain(workflow)
  expect(count('fulcio') - before.certificates).toBe(1)
  expect(count('rekor') - before.entries).toBe(2)
})

test('--transparency says who witnesses: the log, a timestamp authority alone, or with a key nobody', async () => {
  const before = count('rekor')
  const stamped = await good(run('sign-blob', '--transparency', 'timestamp', 'a.txt'))
  expect(stamped.stderr).toContain('1 timestamp')
  expect(count('rekor')).toBe(before)
  const refused = await run('sign-blob', '--transparency', 'none', 'a.txt')
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('is for keys') })
  const unknown = await run('sign-blob', '--transparency', 'maybe', 'a.txt')
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('log, timestamp, none') })
  const variable = await sealwax(['sign-build', '.', '--exclude', 'sandbox'], {
    cwd: folder.path,
    env: { ...github, SEALWAX_TRANSPARENCY: 'timestamp' },
  })
  expect(variable.code, variable.stderr).toBe(0)
  expect(count('rekor')).toBe(before)
})

test('clocks that differ are told beside the result', async () => {
  const skew = { skew: 300_000 }
  sandbox.faults = { fulcio: skew, rekor: skew, timestamp: skew }
  const { stderr } = await good(run('sign-blob', 'a.txt'))
  expect(stderr).toContain('the clock of this machine is 5 minutes behind the clocks of')
})

test.each([
  ['--ca-file', 'none.pem'],
  ['--timestamp-client-cacert', 'none.pem'],
])('a file for connections that is not there is named, and nothing is asked: %s', async (flag, file) => {
  const before = sandbox.requests.length
  const { code, stderr } = await run('sign-blob', flag, file, 'a.txt')
  expect(code).not.toBe(0)
  expect(stderr).toContain(file)
  expect(sandbox.requests.length).toBe(before)
})

test('who signed, from which repository, when and where it is logged is told by verify-blob', async () => {
  await good(run('sign-blob', 'a.txt'))
  const { code, stdout, stderr } = await run('verify-blob', ...who, 'a.txt')
  expect(code).toBe(0)
  expect(stderr).toBe('Verified OK\n')
  expect(stdout).toContain(`signed by  ${workflow}\n`)
  expect(stdout).toContain(`issuer     ${issuer}\n`)
  expect(stdout).toMatch(/source {5}https:\/\/github\.com\/acme\/app refs\/heads\/main [0-9a-f]{40}\n/)
  expect(stdout).toMatch(/at {9}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, says the timestamp authority 127\.0\.0\.1/)
  expect(stdout).toMatch(/log entry {2}\d+ in 127\.0\.0\.1/)
})

test.each([
  ['a prefix of the identity', ['--certificate-identity', workflow.slice(0, -1), '--certificate-oidc-issuer', issuer]],
  ['another issuer', ['--certificate-identity', workflow, '--certificate-oidc-issuer', 'https://gitlab.com']],
  [
    'an expression that does not match',
    ['--certificate-identity-regexp', '^https://github.com/evil/', '--certificate-oidc-issuer', issuer],
  ],
  ['another GitHub ref', [...who, '--certificate-github-workflow-ref', 'refs/heads/next']],
])('%s is refused with exit code 12', async (_name, wanted) => {
  await good(run('sign-blob', 'a.txt'))
  const { code, stdout } = await run('verify-blob', ...wanted, 'a.txt')
  expect(code).toBe(12)
  expect(stdout).toContain('a.txt: FAILED')
})

test('an unanchored expression is accepted with a warning, an anchored one without', async () => {
  await good(run('sign-blob', 'a.txt'))
  const loose = await run(
    'verify-blob',
    '--certificate-identity-regexp',
    'acme/app',
    '--certificate-oidc-issuer',
    issuer,
    'a.txt',
  )
  expect(loose.code).toBe(0)
  expect(loose.stderr).toContain('not anchored')
  const tight = await run(
    'verify-blob',
    '--certificate-identity-regexp',
    '^https://github.com/acme/.*$',
    '--certificate-oidc-issuer',
    issuer,
    'a.txt',
  )
  expect(tight).toMatchObject({ code: 0, stderr: 'Verified OK\n' })
})

test('an expression that RE2 does not know is an error of the policy, not a verdict', async () => {
  await good(run('sign-blob', 'a.txt'))
  const { code, stderr } = await run(
    'verify-blob',
    '--certificate-identity-regexp',
    '^(?=a)',
    '--certificate-oidc-issuer',
    issuer,
    'a.txt',
  )
  expect(code).toBe(2)
  expect(stderr).toContain('Error [POLICY_INVALID]')
})

test('outside CI what becomes public is said, and where nobody can answer nothing is asked', async () => {
  const { code, stderr } = await sealwax(['sign-blob', 'a.txt'], { cwd: folder.path, env: person })
  expect(code).toBe(0)
  expect(stderr).toMatch(
    /^Signing as jane@acme\.example, according to .*; the certificate and the log at 127\.0\.0\.1.* will say so/,
  )
})

test('an identity token can be given as text or as a file, and is never shown', async () => {
  const { SEALWAX_TRUSTED_ROOT = '', SEALWAX_SIGNING_CONFIG = '', SIGSTORE_ID_TOKEN = '' } = person
  const services = ['--trusted-root', SEALWAX_TRUSTED_ROOT, '--signing-config', SEALWAX_SIGNING_CONFIG]
  put('token', SIGSTORE_ID_TOKEN)
  for (const token of [SIGSTORE_ID_TOKEN, 'token']) {
    const { code, stderr } = await sealwax(['sign-blob', '--identity-token', token, ...services, 'a.txt'], {
      cwd: folder.path,
    })
    expect(code).toBe(0)
    expect(stderr).not.toContain(SIGSTORE_ID_TOKEN)
  }
  const damaged = `${SIGSTORE_ID_TOKEN.slice(0, -4)}AAAA`
  const refused = await sealwax(['sign-blob', '-d', '--identity-token', damaged, ...services, 'a.txt'], {
    cwd: folder.path,
  })
  expect(refused.code).toBe(1)
  expect(refused.stderr).not.toContain(damaged.slice(0, 40))
})

test('without an identity the error says how to get one', async () => {
  const { SIGSTORE_ID_TOKEN: _token, ...env } = person
  const { code, stderr } = await sealwax(['sign-blob', 'a.txt'], { cwd: folder.path, env })
  expect(code).toBe(1)
  expect(stderr).toMatch(/Error \[IDENTITY_MISSING\](.*\n)+ {2}next: /)
})

test('a service that refuses ends the call with exit code 1 and no bundle', async () => {
  sandbox.faults = { fulcio: { status: 400, body: '{"message":"no"}' } }
  put('c.txt', 'third\n')
  const { code, stderr } = await run('sign-blob', 'c.txt')
  expect(code).toBe(1)
  expect(stderr).toContain('Error [SERVICE_REFUSED]')
  expect(() => readFileSync(path('c.txt.sigstore.json'))).toThrow('ENOENT')
})

test('--timeout bounds a service that hangs', async () => {
  sandbox.faults = { rekor: { hang: true } }
  const { code, stderr } = await run('-t', '1s', 'sign-blob', 'a.txt')
  expect(code).toBe(1)
  expect(stderr).toContain('Error [SERVICE_TIMEOUT]')
})

test('a statement about a file is signed and verified by type and subject', async () => {
  put('sbom.json', '{"bomFormat":"CycloneDX"}')
  const made = await good(
    run('attest-blob', '--predicate', 'sbom.json', '--type', 'cyclonedx', '--bundle', 'at.json', 'a.txt'),
  )
  expect(made.stdout).toBe('at.json\n')
  const verify = (...args: string[]): Promise<Run> =>
    run('verify-blob-attestation', '--bundle', 'at.json', ...who, ...args)
  const verified = await good(verify('--type', 'cyclonedx', 'a.txt'))
  expect(verified.stderr).toBe('Verified OK\n')
  expect(verified.stdout).toContain('states     https://cyclonedx.org/bom of 1 subject')
  expect((await verify('--type', 'cyclonedx', 'b.txt')).code).toBe(12)
  expect((await verify('a.txt')).code).toBe(12)
  expect((await verify('--type', 'no type', 'a.txt')).code).toBe(2)
  const unchecked = await verify('--type', 'cyclonedx', '--check-claims=false')
  expect(unchecked.code).toBe(0)
  expect(unchecked.stderr).toContain('no file was compared')
})

test('an attestation is no signature: verify-blob refuses it', async () => {
  put('p.json', '{}')
  await run(
    'attest-blob',
    '--predicate',
    'p.json',
    '--type',
    'https://acme.example/bad',
    '--bundle',
    'p.bundle',
    'a.txt',
  )
  const { code, stdout } = await run('verify-blob', '--bundle', 'p.bundle', ...who, 'a.txt')
  expect(code).toBe(12)
  expect(stdout).toContain('not a signature of it')
})

test('a whole statement is signed as it stands', async () => {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'x', digest: { sha256: 'a'.repeat(64) } }],
    predicateType: 'https://acme.example/said',
    predicate: { b: 1, a: 2 },
  }
  put('statement.json', JSON.stringify(statement, null, 3))
  await good(run('attest-blob', '--statement', 'statement.json', '--bundle', 's.bundle'))
  const bundle = JSON.parse(readFileSync(path('s.bundle'), 'utf8')) as { dsseEnvelope: { payload: string } }
  expect(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()).toBe(JSON.stringify(statement, null, 3))
  put('statement.json', '{}')
  expect((await run('attest-blob', '--statement', 'statement.json', '--bundle', 's.bundle')).code).toBe(1)
})

test('a folder is signed with one log entry, and each changed, missing and extra file is named', async () => {
  mkdirSync(path('dist/assets'), { recursive: true })
  for (const name of ['dist/index.html', 'dist/gone.txt', 'dist/assets/app.js']) put(name, name)
  const before = count('rekor')
  const signed = await good(run('sign-build', 'dist'))
  expect(signed.stdout).toBe(`${join(path('dist'), 'attestation.sigstore.json')}\n`)
  expect(signed.stderr).toMatch(/3 files signed by https:\/\/github\.com\/acme\/app/)
  expect(count('rekor') - before).toBe(1)
  const intact = await good(run('verify-build', ...who, 'dist'))
  expect(intact.stderr).toBe('Verified OK\n')
  expect(intact.stdout).toContain('dist: ok, 3 files as signed')
  const single = ['verify-blob-attestation', '--type', 'slsaprovenance1', '--bundle', 'dist/attestation.sigstore.json']
  expect((await run(...single, ...who, 'dist/index.html', 'dist/assets/app.js')).code).toBe(0)

  put('dist/assets/app.js', 'changed')
  put('dist/new.txt', 'new')
  const { rmSync } = await import('node:fs')
  rmSync(path('dist/gone.txt'))
  const bad = await run('verify-build', ...who, 'dist')
  expect(bad.code).toBe(12)
  for (const name of ['assets/app.js', 'gone.txt', 'new.txt']) expect(bad.stdout).toMatch(new RegExp(`✗ ${name} `))
  expect(bad.stdout).not.toContain('✗ index.html')
  const json = await run('verify-build', '-o', 'json', ...who, 'dist')
  expect(JSON.parse(json.stdout)).toMatchObject([
    { ok: false, files: { ok: 1, changed: ['assets/app.js'], missing: ['gone.txt'], extra: ['new.txt'] } },
  ])
  expect((await run('verify-build', ...who, '--file', 'index.html', '--', 'dist')).code).toBe(0)
})

test('a folder without a signature is exit code 10, no folder 11', async () => {
  mkdirSync(path('plain'), { recursive: true })
  put('plain/x', 'x')
  expect((await run('verify-build', ...who, 'plain')).code).toBe(10)
  expect((await run('verify-build', ...who, 'nowhere')).code).toBe(11)
  expect((await run('sign-build', 'nowhere')).code).toBe(11)
})

test('sign-build without an identity fails, and with --required auto says why not and goes on', async () => {
  mkdirSync(path('plain'), { recursive: true })
  put('plain/x', 'x')
  const strict = await sealwax(['sign-build', 'plain'], { cwd: folder.path })
  expect(strict.code).toBe(1)
  expect(strict.stderr).toContain('Error [IDENTITY_MISSING]')
  const lax = await sealwax(['sign-build', '--required', 'auto', '-o', 'json', 'plain'], { cwd: folder.path })
  expect(lax.code).toBe(0)
  expect(lax.stderr).toContain('not signed')
  expect(JSON.parse(lax.stdout)).toEqual({ signed: false })
})
