// Trust as a user keeps it: initialize against the sandbox's TUF repository, then signing and verifying without naming files; and
// the files that trusted-root and signing-config make.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@sealwax/sandbox'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { good, makeFolder, type Run, sealwax } from './command.ts'

let sandbox: Sandbox
const folder = makeFolder()
beforeAll(async () => {
  sandbox = await startSandbox({ directory: join(folder.path, 'sandbox') })
})
afterAll(async () => {
  await sandbox.close()
  folder.remove()
})

let cwd: string
beforeEach(() => {
  const own = makeFolder()
  onTestFinished(() => own.remove())
  cwd = own.path
  writeFileSync(join(cwd, 'app.txt'), 'hello')
})

const identity = [
  '--certificate-identity',
  'dev@sandbox.example',
  '--certificate-oidc-issuer',
  'https://github.com/login/oauth',
]

/** Runs the command with a cache of this test's own, and nothing that names files of the sandbox. */
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> =>
  sealwax(args, { cwd, env: { SEALWAX_CACHE: join(cwd, 'cache'), ...env } })
const initialize = (...more: readonly string[]): Promise<Run> =>
  run(['initialize', '--mirror', sandbox.urls.tuf, '--root', sandbox.files.tufRoot, ...more])
const token = async (): Promise<Record<string, string>> => {
  const { SIGSTORE_ID_TOKEN = '' } = await sandbox.environment()
  return { SIGSTORE_ID_TOKEN, SEALWAX_YES: 'true' }
}

describe('initialize', () => {
  test('makes a private Sigstore the one that signing and verifying use, without a file named', async () => {
    const { stdout, stderr } = await good(initialize())
    expect(stdout).toContain(`trusted ${sandbox.urls.tuf}\n`)
    expect(stdout).toMatch(
      /root +version 1\n {2}expires +\d{4}-.*\n {2}files +trusted_root.json signing_config.v0.2.json/,
    )
    expect(stderr).toBe('')
    await good(run(['sign-blob', 'app.txt'], await token()))
    const verified = await good(run(['verify-blob', ...identity, 'app.txt']))
    expect(verified.stdout).toContain('signed by  dev@sandbox.example')
    const before = sandbox.requests.length
    await good(run(['verify-blob', ...identity, 'app.txt']))
    expect(sandbox.requests).toHaveLength(before)
    rmSync(join(cwd, 'cache'), { recursive: true })
    expect(await run(['verify-blob', ...identity, 'app.txt'])).toMatchObject({ code: 12 })
  })

  test('is what sign-build and verify-build go by as well', async () => {
    await good(initialize())
    mkdirSync(join(cwd, 'dist'))
    writeFileSync(join(cwd, 'dist', 'app.js'), '1')
    await good(run(['sign-build', 'dist'], await token()))
    expect((await good(run(['verify-build', 'dist', ...identity]))).stdout).toContain('dist: ok')
  })

  test('prints what it did as data with -o json', async () => {
    const { stdout } = await good(initialize('-o', 'json'))
    expect(JSON.parse(stdout)).toMatchObject({
      mirror: sandbox.urls.tuf,
      folder: join(cwd, 'cache', 'tuf'),
      rootVersion: 1,
    })
  })

  test("takes cosign's variables for the repository and its root", async () => {
    const env = { TUF_MIRROR: sandbox.urls.tuf, TUF_ROOT_JSON: sandbox.files.tufRoot }
    expect((await good(run(['initialize'], env))).stdout).toContain(sandbox.urls.tuf)
  })

  test.each([
    ['wrong-key', /signed by 0\/1/],
    ['expired', /expired/],
    ['huge', /./],
  ])('refuses a repository that lies (%s): exit code 1, and what counted before still counts', async (lie, words) => {
    await good(initialize())
    const kept = read()
    sandbox.faults = { tuf: { lie: lie as 'expired' } }
    onTestFinished(() => {
      sandbox.faults = {}
    })
    const { code, stdout, stderr } = await initialize()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^Error \[(TRUST_INVALID|SERVICE_ANSWER_INVALID)\]: /)
    expect(stderr).toMatch(words)
    expect(read()).toEqual(kept)
  })

  test('follows the repository to new keys', async () => {
    const own = await startSandbox({ directory: join(cwd, 'sandbox') })
    onTestFinished(() => own.close())
    const again = ['initialize', '--mirror', own.urls.tuf, '--root', own.files.tufRoot, '-o', 'json']
    await good(run(again))
    own.tuf.rotateRoot()
    expect(JSON.parse((await good(run(again))).stdout)).toMatchObject({ rootVersion: 2 })
  })

  test('needs a place to keep it in, and says so before it asks anybody', async () => {
    const before = sandbox.requests.length
    const result = await sealwax(['initialize', '--mirror', sandbox.urls.tuf], { cwd })
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(/FILE_UNWRITABLE.*\n.*\n.*\n.*SEALWAX_CACHE/)
    expect(sandbox.requests).toHaveLength(before)
  })

  test('tells a usage error from a failure', async () => {
    expect(await run(['initialize', '--mirror', 'nowhere'])).toMatchObject({ code: 2 })
    expect(await initialize('--staging')).toMatchObject({ code: 2 })
    expect(await run(['initialize', '--mirror', sandbox.urls.tuf, '--root', 'none.json'])).toMatchObject({ code: 11 })
  })
})

describe('a cache', () => {
  test('that is damaged is fetched again, with a warning; where that fails nothing is verified', async () => {
    await good(initialize())
    await good(run(['sign-blob', 'app.txt'], await token()))
    const [name = ''] = readdirSync(join(cwd, 'cache', 'tuf')).filter((one) => one !== 'current.json')
    const cache = join(cwd, 'cache', 'tuf', name)
    writeFileSync(cache, 'damaged')
    const healed = await good(run(['verify-blob', ...identity, 'app.txt']))
    expect(healed.stderr).toContain(`WARNING: the cache of ${sandbox.urls.tuf} was damaged`)
    writeFileSync(cache, 'damaged')
    sandbox.faults = { tuf: { reset: true } }
    onTestFinished(() => {
      sandbox.faults = {}
    })
    const refused = await run(['verify-blob', ...identity, 'app.txt'])
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(/TRUST_INVALID.*\n.*\n.*\n.*--trusted-root/)
    await good(run(['verify-blob', ...identity, '--trusted-root', sandbox.files.trustedRoot, 'app.txt']))
  })

  test('does not count with --staging, which is another trust', async () => {
    await good(initialize())
    await good(run(['sign-blob', 'app.txt'], await token()))
    const { code, stdout } = await run(['verify-blob', '--staging', ...identity, 'app.txt'])
    expect(code).toBe(12)
    expect(stdout).toContain('fulcio.sigstage.dev')
    const byVariable = await run(['verify-blob', ...identity, 'app.txt'], { SEALWAX_STAGING: 'true' })
    expect(byVariable.stdout).toContain('fulcio.sigstage.dev')
  })
})

describe('made files', () => {
  interface Root {
    tlogs: { baseUrl: string; publicKey: { rawBytes: string } }[]
    ctlogs: Root['tlogs']
    certificateAuthorities: { uri: string; certChain: { certificates: { rawBytes: string }[] } }[]
    timestampAuthorities: Root['certificateAuthorities']
  }
  const put = (name: string, label: string, ...parts: readonly string[]): string => {
    const text = parts.map((part) => `-----BEGIN ${label}-----\n${part}\n-----END ${label}-----\n`).join('')
    writeFileSync(join(cwd, name), text)
    return name
  }

  test("are the sandbox's trust again: what is signed by them verifies by them", async () => {
    const root = JSON.parse(readFileSync(sandbox.files.trustedRoot, 'utf8')) as Root
    const [ca, tsa, ct, rekor] = [
      root.certificateAuthorities[0],
      root.timestampAuthorities[0],
      root.ctlogs[0],
      root.tlogs[0],
    ]
    if (!ca || !tsa || !ct || !rekor) throw new Error('the sandbox lacks a service')
    const chain = (name: string, { certChain }: typeof ca): string =>
      put(name, 'CERTIFICATE', ...certChain.certificates.map(({ rawBytes }) => rawBytes))
    const start = 'start-time=2020-01-01T00:00:00Z'
    const args = [
      'trusted-root',
      'create',
      '--out',
      'root.json',
      '--fulcio',
      `url=${ca.uri},certificate-chain=${chain('ca.pem', ca)}`,
    ]
    args.push('--tsa', `url=${tsa.uri}, certificate-chain=${chain('tsa.pem', tsa)}`)
    args.push('--ctfe', `url=${ct.baseUrl},public-key=${put('ct.pub', 'PUBLIC KEY', ct.publicKey.rawBytes)},${start}`)
    args.push(
      '--rekor',
      `url=${rekor.baseUrl},public-key=${put('r.pub', 'PUBLIC KEY', rekor.publicKey.rawBytes)},${start}`,
    )
    expect(await good(run(args))).toMatchObject({ stdout: '', stderr: 'Trusted root written to root.json\n' })

    const service = `api-version=1,operator=sandbox.example,${start}`
    const config = ['signing-config', 'create', '--fulcio', `url=${sandbox.urls.fulcio},${service}`]
    config.push('--rekor', `url=${sandbox.urls.rekor},${service}`, '--rekor-config', 'ANY')
    config.push('--tsa', `url=${sandbox.urls.timestamp},${service}`, '--tsa-config', 'EXACT:1')
    writeFileSync(join(cwd, 'config.json'), (await good(run(config))).stdout)

    const files = ['--trusted-root', 'root.json']
    await good(run(['sign-blob', ...files, '--signing-config', 'config.json', 'app.txt'], await token()))
    const verified = await good(run(['verify-blob', ...files, ...identity, 'app.txt']))
    expect(verified.stdout).toMatch(/signed by +dev@sandbox.example/)
  })

  test('begin with what counts here, embedded or initialized or staging, less what is not wanted', async () => {
    const create = async (...args: readonly string[]): Promise<string> => (await good(run(args))).stdout
    const config = ['signing-config', 'create', '--with-default-services'] as const
    expect(await create(...config)).toContain('https://rekor.sigstore.dev')
    expect(await create('signing-config', 'create', '--with-default-rekor-v2')).toContain(
      'log2025-1.rekor.sigstore.dev',
    )
    expect(await create(...config, '--staging')).toContain('rekor.sigstage.dev')
    const less = await create(...config, '--no-default-rekor=true', '--no-default-tsa', '--no-default-oidc=false')
    expect(less).not.toMatch(/rekor\.sigstore|timestamp\.sigstore/)
    expect(less).toContain('oauth2.sigstore.dev')
    const byVariable = await run([...config], { SEALWAX_NO_DEFAULT_REKOR: '1', COSIGN_NO_DEFAULT_TSA: 'false' })
    expect(byVariable.stdout).not.toContain('rekor.sigstore')
    expect(byVariable.stdout).toContain('timestamp.sigstore')
    await good(initialize())
    expect(await create(...config)).toContain(sandbox.urls.rekor)
    const root = JSON.parse(
      await create('trusted-root', 'create', '--with-default-services', '--no-default-tsa'),
    ) as Root
    expect(root.timestampAuthorities).toEqual([])
    expect(root.tlogs.map(({ baseUrl }) => baseUrl)).toContain(sandbox.urls.rekor)
  })

  test('upon a base config: flags replace the services of their kind', async () => {
    const base = ['signing-config', 'create', '--base-config', sandbox.files.signingConfig]
    const service = 'url=https://other.example,api-version=2,operator=other,start-time=2026-01-01T00:00:00Z'
    const { stdout } = await good(run([...base, '--rekor', service, '--rekor-config', 'ALL']))
    expect(stdout).toContain('https://other.example')
    expect(stdout).not.toContain(`"${sandbox.urls.rekor}"`)
    expect(stdout).toContain(sandbox.urls.fulcio)
  })

  test.each([
    [['trusted-root', 'create', '--fulcio', 'url=https://x'], /no certificate-chain/],
    [['trusted-root', 'create', '--rekor', 'url=x,url=y'], /url twice/],
    [['trusted-root', 'create', '--tsa', 'url=x,certificate-chain=y,endtime=z'], /endtime=z/],
    [['trusted-root', 'create', '--ctfe', ''], /does not describe/],
    [['trusted-root', 'make'], /create/],
    [['trusted-root'], /missing required argument/],
    [['signing-config', 'create', '--rekor', 'url=x'], /--rekor-config must be given/],
    [['signing-config', 'create', '--rekor-config', 'SOME'], /ANY, ALL or EXACT/],
    [['signing-config', 'create', '--tsa-config', 'EXACT'], /ANY, ALL or EXACT/],
    [['signing-config', 'create', '--fulcio', 'url=https://x,api-version=one,start-time=t,operator=o'], /api-version/],
    [['signing-config', 'create', '--no-default-rekor=perhaps'], /true or false/],
  ])('are not made from flags without sense: %j', async (args, words) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(words)
  })

  test('are not left half-written where they cannot be written', async () => {
    const { code, stderr } = await run(['signing-config', 'create', '--out', join('none', 'config.json')])
    expect(code).toBe(11)
    expect(stderr).toContain('FILE_NOT_FOUND')
  })
})

const read = (): string[] =>
  readdirSync(join(cwd, 'cache', 'tuf')).map((name) => readFileSync(join(cwd, 'cache', 'tuf', name), 'utf8'))
