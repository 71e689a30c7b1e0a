import { execFileSync } from 'node:child_process'
import { type Sandbox, type SandboxIdentity, startSandbox } from '@sealwax/sandbox'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { bundleJson } from '../../src/bundle/index.ts'
import { encryptPrivateKey, generateSigner, Secret } from '../../src/keys/signing.ts'
import { keylessPolicy } from '../../src/policy/index.ts'
import { readGit } from '../../src/session/git.ts'
import { createSealer, openSession, signBuild } from '../../src/session/index.ts'
import { PAYLOAD_TYPE } from '../../src/statement/index.ts'
import { buildContext, provenance } from '../../src/statement/signing.ts'
import { BUNDLE, openLog, openWorkshop, type Workshop } from './workshop.ts'

let sandbox: Sandbox
let shop: Workshop
let first = 0
const services = openWorkshop()

beforeAll(async () => {
  sandbox = await startSandbox({ directory: services.path('sandbox') })
})
afterAll(async () => {
  await sandbox.close()
  services.close()
})
beforeEach(() => {
  shop = openWorkshop()
  shop.put(['dist/a.js', 'server/s.js'])
  first = sandbox.requests.length
})
afterEach(() => {
  sandbox.faults = {}
  shop.close()
})

const asked = (service: string): number =>
  sandbox.requests.slice(first).filter((request) => request.service === service && request.method === 'POST').length
const tokens = (): number => sandbox.requests.slice(first).filter(({ service }) => service === 'identity').length
const asCi = (identity: SandboxIdentity = { kind: 'github' }): Promise<Record<string, string>> =>
  sandbox.environment(identity)
const policyFor = (identity: string, issuer: string): ReturnType<typeof keylessPolicy> =>
  keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } })

describe('a keyless build', () => {
  test('of several folders takes one certificate, and one log entry and one timestamp for each', async () => {
    const report = await signBuild([shop.path('dist'), shop.path('server')], { env: await asCi() })
    expect([asked('fulcio'), asked('rekor'), asked('timestamp')]).toEqual([1, 2, 2])
    expect(report).toMatchObject({
      mode: 'keyless',
      signer: { kind: 'certificate', issuer: 'https://token.actions.githubusercontent.com' },
      entries: [{ log: sandbox.urls.rekor }, { log: sandbox.urls.rekor }],
    })
  })

  test.each<[string, SandboxIdentity]>([
    ['GitHub Actions', { kind: 'github' }],
    ['GitLab CI', { kind: 'gitlab' }],
    ['a person', { kind: 'email', email: 'dev@example.com', issuer: 'google' }],
  ])('as %s verifies for that identity and for no other', async (_, identity) => {
    const report = await signBuild(shop.path('dist'), { env: await asCi(identity) })
    const signer = report?.signer
    if (signer?.kind !== 'certificate') throw new Error('not signed by an identity')
    const trustedRoot = sandbox.files.trustedRoot
    const check = (subject: string, issuer: string): Promise<{ ok: boolean }> =>
      shop.verify('dist', { key: undefined, trustedRoot, policy: policyFor(subject, issuer) })
    expect(await check(signer.identity, signer.issuer ?? '')).toMatchObject({ ok: true, reasons: [] })
    expect(await check(signer.identity.slice(0, -1), signer.issuer ?? '')).toMatchObject({ ok: false })
    expect(await check(signer.identity, 'https://issuer.example')).toMatchObject({ ok: false })
  })

  test('says the same again when the same run builds the same bytes', async () => {
    const env = await asCi()
    const payload = async (): Promise<string> => {
      await signBuild(shop.path('dist'), { env })
      return JSON.parse(shop.read(`dist/${BUNDLE}`)).dsseEnvelope.payload
    }
    expect(await payload()).toBe(await payload())
  })

  test('names the source that it was built from', async () => {
    const report = await signBuild(shop.path('dist'), { env: await asCi() })
    expect(report).toBeDefined()
    const { buildDefinition } = shop.statement(`dist/${BUNDLE}`).predicate as {
      buildDefinition: { resolvedDependencies: unknown }
    }
    expect(buildDefinition.resolvedDependencies).toMatchObject([{ uri: expect.stringMatching(/^git\+https:/) }])
  })

  test('warms the connections when it starts, and asks for the certificate only at the end', async () => {
    const session = openSession(shop.path('warm'), { env: await asCi() }, openLog())
    session.start()
    await expect.poll(() => sandbox.requests.length).toBeGreaterThan(first)
    expect([asked('fulcio'), asked('rekor'), asked('timestamp')]).toEqual([0, 0, 0])
    session.begin()
    session.wrote(shop.path('dist'))
    await session.finish()
    expect([asked('fulcio'), asked('rekor'), asked('timestamp')]).toEqual([1, 1, 1])
  })

  test('asks for the identity token before it reads the files, and once', async () => {
    const order: string[] = []
    const { signingConfig, trustedRoot } = sandbox.files
    const onStep = (step: string): void => void order.push(step)
    const sealer = await createSealer({ env: await asCi(), signingConfig, trustedRoot, onStep })
    sealer.identify()
    sealer.identify()
    await expect.poll(tokens).toBe(1)
    expect(order).toEqual([])
    await sealer.sealMessage(Buffer.from('x'))
    await sealer.sealMessage(Buffer.from('y'))
    expect([tokens(), asked('fulcio')]).toEqual([1, 1])
  })

  test('asks for the token only when it is needed where somebody must consent', async () => {
    const consent = async (): Promise<void> => Promise.reject(new Error('no'))
    const { signingConfig, trustedRoot } = sandbox.files
    const sealer = await createSealer({ env: await asCi(), signingConfig, trustedRoot, consent })
    sealer.identify()
    expect(tokens()).toBe(0)
    await expect(sealer.sealMessage(Buffer.from('x'))).rejects.toThrow('no')
    expect([tokens(), asked('fulcio')]).toEqual([1, 0])
  })

  test.each([
    ['fulcio', 'the certificate'],
    ['rekor', 'the transparency log and the timestamp authority'],
  ] as const)('that waits for %s says so after 10 seconds, once, and gives up after 90', async (service, what) => {
    sandbox.faults = { [service]: { hang: true } }
    const log = openLog()
    const session = openSession(shop.path(service), { env: await asCi() }, log)
    session.start()
    session.begin()
    session.wrote(shop.path('dist'))
    await expect.poll(() => sandbox.requests.length).toBeGreaterThan(first)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const finished = session.finish().catch((error: unknown) => error)
      await vi.waitUntil(() => asked(service) > 0, { timeout: 10_000 })
      await vi.advanceTimersByTimeAsync(9_000)
      expect(log.lines).toEqual([])
      await vi.advanceTimersByTimeAsync(2_000)
      expect(log.lines).toEqual([`info still waiting for ${what}`])
      await vi.advanceTimersByTimeAsync(80_000)
      expect(await finished).toMatchObject({ code: 'SERVICE_TIMEOUT' })
      expect(log.lines).toHaveLength(1)
    } finally {
      vi.useRealTimers()
    }
  })

  test('whose log refuses leaves no signature, and fails the build unless it is not required', async () => {
    sandbox.faults = { rekor: { status: 400, body: 'no' } }
    const env = await asCi()
    await expect(signBuild(shop.path('dist'), { env })).rejects.toMatchObject({ code: 'SERVICE_REFUSED' })
    const log = openLog()
    expect(await signBuild(shop.path('dist'), { env, required: false, log })).toBeUndefined()
    expect(log.lines).toEqual([expect.stringMatching(/^warn not signed: /)])
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
  })

  test('keeps the old signature when signing the same folder again fails', async () => {
    const env = await asCi()
    await signBuild(shop.path('dist'), { env })
    const before = shop.read(`dist/${BUNDLE}`)
    sandbox.faults = { fulcio: { status: 403 } }
    await expect(signBuild(shop.path('dist'), { env })).rejects.toMatchObject({ code: 'SERVICE_REFUSED' })
    expect(shop.read(`dist/${BUNDLE}`)).toBe(before)
  })

  test('whose log lies is caught before anything is written', async () => {
    sandbox.faults = { rekor: { lie: 'wrong-set' } }
    await expect(signBuild(shop.path('dist'), { env: await asCi() })).rejects.toMatchObject({ name: 'SealwaxError' })
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
  })

  test('asks for consent once, before anything becomes public, and stops without it', async () => {
    const said: unknown[] = []
    const folders = [shop.path('dist'), shop.path('server')]
    await signBuild(folders, { env: await asCi(), consent: async (what) => void said.push(what) })
    expect(said).toMatchObject([{ identity: { issuer: expect.any(String) }, logs: [sandbox.urls.rekor] }])
    first = sandbox.requests.length
    const no = async (): Promise<void> => Promise.reject(new Error('no'))
    await expect(signBuild(folders, { env: await asCi(), consent: no })).rejects.toThrow('no')
    expect([asked('fulcio'), asked('rekor'), asked('timestamp')]).toEqual([0, 0, 0])
  })

  test('has all its time left after a consent that took longer than that', async () => {
    const consent = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 4_200))
    await signBuild(shop.path('dist'), { env: await asCi(), consent, deadline: 4_000 })
    expect(shop.has(`dist/${BUNDLE}`)).toBe(true)
  })

  test('is none when the mode asks for a key', async () => {
    const signed = signBuild(shop.path('dist'), { env: await asCi(), mode: 'key' })
    await expect(signed).rejects.toMatchObject({ code: 'IDENTITY_MISSING' })
    expect(asked('fulcio')).toBe(0)
  })

  test('never shows the token, whatever fails', async () => {
    const token = await sandbox.token({ kind: 'github' }, { audience: 'elsewhere' })
    const env = { ...(await asCi()), SIGSTORE_ID_TOKEN: token }
    const error: unknown = await signBuild(shop.path('dist'), { env }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'TOKEN_AUDIENCE' })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(token.split('.')[1])
  })
})

describe('a sealer by key', () => {
  test('asks for consent only when a log will keep something', async () => {
    const said: unknown[] = []
    const consent = async (what: unknown): Promise<void> => void said.push(what)
    const alone = await createSealer({ key: shop.path('key.pem'), signingConfig: shop.path('none.json'), consent })
    await alone.sealMessage(Buffer.from('x'))
    expect(said).toEqual([])
    const { signingConfig, trustedRoot } = sandbox.files
    const logged = await createSealer({ key: shop.path('key.pem'), signingConfig, trustedRoot, consent })
    const bundle = await logged.sealMessage(Buffer.from('x'))
    await logged.sealMessage(Buffer.from('y'))
    expect(said).toEqual([{ identity: undefined, logs: [sandbox.urls.rekor] }])
    expect(logged.evidenceOf(bundle)).toMatchObject({
      signed: true,
      entries: [{ url: sandbox.urls.rekor }],
      failures: [],
    })
    expect(() => alone.evidenceOf(bundle)).toThrowError(expect.objectContaining({ code: 'USAGE' }))
  })

  test('refuses a trusted root that does not know the services', async () => {
    const { signingConfig } = sandbox.files
    const sealer = await createSealer({ key: shop.path('key.pem'), signingConfig })
    await expect(sealer.sealMessage(Buffer.from('x'))).rejects.toMatchObject({
      name: 'SealwaxError',
      hint: expect.any(String),
    })
  })

  test('hands out nothing that does not verify', async () => {
    const [one, other] = [generateSigner(), generateSigner()]
    const signer = { ...one, publicKey: other.publicKey }
    const sealer = await createSealer({ signer, signingConfig: shop.path('none.json') })
    await expect(sealer.sealMessage(Buffer.from('x'))).rejects.toMatchObject({ code: 'SELF_CHECK_FAILED' })
    await expect(sealer.sealEnvelope('text/plain', Buffer.from('x'))).rejects.toMatchObject({
      code: 'SELF_CHECK_FAILED',
    })
  })

  test('is refused an algorithm that is none', async () => {
    const { signingConfig, trustedRoot } = sandbox.files
    const trust = { signingConfig, trustedRoot }
    await expect(createSealer({ algorithm: 'rot13', ...trust })).rejects.toMatchObject({ code: 'USAGE' })
  })

  test('says which variable holds the password of an encrypted key', async () => {
    shop.put({ 'cosign.key': await encryptPrivateKey(generateSigner().privateKey, new Secret('pw')) })
    const setup = { key: shop.path('cosign.key'), signingConfig: shop.path('none.json') }
    await expect(createSealer({ ...setup, env: {} })).rejects.toMatchObject({
      code: 'KEY_PASSWORD',
      hint: expect.stringContaining('COSIGN_PASSWORD'),
    })
    await expect(createSealer({ ...setup, env: { COSIGN_PASSWORD: 'wrong' } })).rejects.toMatchObject({
      code: 'KEY_PASSWORD',
    })
    expect((await createSealer({ ...setup, env: { COSIGN_PASSWORD: 'pw' } })).mode).toBe('key')
  })
})

test('the mode `statement` writes what would be signed, and asks nobody', async () => {
  const report = await signBuild(shop.path('dist'), { env: await asCi(), mode: 'statement' })
  expect(sandbox.requests.length).toBe(first)
  expect(report).toEqual({
    mode: 'statement',
    roots: [
      {
        directory: shop.path('dist'),
        files: 1,
        statement: shop.path('dist/attestation.intoto.json'),
        sums: shop.path('dist/SHA256SUMS'),
      },
    ],
    entries: [],
  })
  const statement = JSON.parse(shop.read('dist/attestation.intoto.json'))
  expect(statement.subject.map(({ name }: { name: string }) => name)).toEqual(['SHA256SUMS', 'a.js'])
  expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
  await signBuild(shop.path('dist'), { env: shop.env })
  expect(await shop.verify('dist')).toMatchObject({ ok: true, files: { ok: 1 } })
  expect(shop.has('dist/SHA256SUMS')).toBe(false)
})

test('what the mode `statement` wrote, signed as it is by a later job, verifies as a build', async () => {
  await signBuild(shop.path('dist'), { env: {}, mode: 'statement' })
  const sealer = await createSealer({ key: shop.path('key.pem'), signingConfig: shop.path('none.json') })
  const bundle = await sealer.sealEnvelope(PAYLOAD_TYPE, Buffer.from(shop.read('dist/attestation.intoto.json')))
  shop.put({ [`dist/${BUNDLE}`]: bundleJson(bundle) })
  expect(await shop.verify('dist')).toMatchObject({
    ok: true,
    files: { ok: 1, uncovered: ['attestation.intoto.json'] },
  })
  shop.put({ 'dist/SHA256SUMS': 'x' })
  expect(await shop.verify('dist')).toMatchObject({ ok: false, files: { changed: ['SHA256SUMS'] } })
})

describe('a local build', () => {
  const git = (folder: string, ...args: readonly string[]): string => {
    const who = ['-c', 'user.name=alice', '-c', 'user.email=alice@example.com']
    return execFileSync('git', [...who, ...args], { cwd: shop.path(folder), encoding: 'utf8', stdio: 'pipe' }).trim()
  }
  /** A repository with one commit. @returns it, or `undefined` where there is no git */
  function repository(folder: string): string | undefined {
    shop.put([`${folder}/src.js`])
    try {
      git(folder, 'init', '--quiet', '-b', 'main')
    } catch {
      return undefined
    }
    git(folder, 'remote', 'add', 'origin', `https://alice:MARKED-SECRET@example.com/${folder}.git`)
    git(folder, 'commit', '--quiet', '--allow-empty', '-m', folder)
    return git(folder, 'rev-parse', 'HEAD')
  }
  const sourcesOf = (bundle: string): unknown =>
    (shop.statement(bundle).predicate as { buildDefinition: { resolvedDependencies: unknown } }).buildDefinition
      .resolvedDependencies

  test('tells of the git repository around it, and nothing of the machine', async (context) => {
    const commit = repository('app')
    if (commit === undefined) return context.skip('no git on this machine')
    const facts = await readGit(shop.path('app'), true)
    expect(facts).toMatchObject({ commit, modified: false })
    const text = JSON.stringify(provenance(buildContext({}, facts), { bundle: BUNDLE, dotfiles: false, exclude: [] }))
    expect(text).toContain('git+https://example.com/app.git')
    expect(text).not.toMatch(/alice|MARKED/)
    git('app', 'add', 'src.js')
    expect(await readGit(shop.path('app'), true)).toMatchObject({ modified: true })
    expect(await readGit(shop.path('nowhere'), true)).toBeUndefined()
  })

  test('names the repository of the folder that is built, wherever the process stands and whatever hook of git runs it', async (context) => {
    const [commit, other] = [repository('app'), repository('other')]
    if (commit === undefined) return context.skip('no git on this machine')
    vi.stubEnv('GIT_DIR', shop.path('other/.git'))
    try {
      const session = openSession(shop.path('app'), { env: shop.env }, openLog())
      session.start()
      session.wrote(shop.path('dist'))
      await session.finish()
      expect(sourcesOf(`dist/${BUNDLE}`)).toEqual([
        { uri: 'git+https://example.com/app.git', digest: { gitCommit: commit } },
      ])
      shop.put(['app/dist/a.js', 'other/dist/a.js'])
      await signBuild([shop.path('app/dist'), shop.path('other/dist')], { env: shop.env })
      expect(sourcesOf(`app/dist/${BUNDLE}`)).toMatchObject([{ digest: { gitCommit: commit } }])
      expect(sourcesOf(`other/dist/${BUNDLE}`)).toMatchObject([{ digest: { gitCommit: other } }])
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
