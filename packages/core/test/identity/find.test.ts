import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect, promisify } from 'node:util'
import { startSandbox, type Sandbox } from '@sealwax/sandbox'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { explainNoIdentity, findIdentity } from '../../src/identity/index.ts'

let folder: string
let sandbox: Sandbox
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealwax-identity-'))
  sandbox = await startSandbox({ directory: join(folder, 'sandbox') })
})
afterEach(() => {
  sandbox.faults = {}
})
afterAll(async () => {
  await sandbox.close()
  await rm(folder, { recursive: true, force: true })
})

const now = new Date()
const email = { kind: 'email', email: 'dev@example.test' } as const

test('an empty environment has no identity', async () => {
  expect(await findIdentity({ env: {}, now })).toBeUndefined()
})

test('the option is taken as a token', async () => {
  const token = await sandbox.token(email)
  const identity = await findIdentity({ token: ` ${token}\n`, env: {}, now })
  expect(identity).toMatchObject({ subject: 'dev@example.test', source: 'the options' })
})

test('the option is taken as the path of a file with a token', async () => {
  const path = join(folder, 'token.txt')
  await writeFile(path, `${await sandbox.token(email)}\n`)
  expect(await findIdentity({ token: path, env: {}, now })).toMatchObject({ subject: 'dev@example.test' })
})

test('of a large file only as much is read as a token may have', async () => {
  const path = join(folder, 'large.txt')
  await writeFile(path, Buffer.alloc(1_000_000, 'x'))
  await expect(findIdentity({ token: path, env: {}, now })).rejects.toMatchObject({ found: '65537 characters' })
})

test('SIGSTORE_ID_TOKEN is found, and the option goes before it', async () => {
  const env = { SIGSTORE_ID_TOKEN: await sandbox.token(email) }
  expect(await findIdentity({ env, now })).toMatchObject({ source: 'SIGSTORE_ID_TOKEN' })
  const token = await sandbox.token({ kind: 'email', email: 'other@example.test' })
  expect(await findIdentity({ token, env, now })).toMatchObject({ subject: 'other@example.test' })
})

test('a GitLab job has its identity in SIGSTORE_ID_TOKEN', async () => {
  const env = await sandbox.environment({ kind: 'gitlab' })
  expect(await findIdentity({ env, now })).toMatchObject({
    issuer: 'https://gitlab.com',
    source: 'GitLab CI (SIGSTORE_ID_TOKEN)',
  })
})

test('a GitHub Actions job is given a token for sigstore', async () => {
  const env = await sandbox.environment({ kind: 'github' })
  const before = sandbox.requests.length
  const identity = await findIdentity({ env, now })
  expect(identity).toMatchObject({ issuer: 'https://token.actions.githubusercontent.com', source: 'GitHub Actions' })
  expect(identity?.claims['aud']).toBe('sigstore')
  expect(sandbox.requests.slice(before)).toMatchObject([{ service: 'identity', status: 200 }])
})

test('SIGSTORE_ID_TOKEN goes before GitHub Actions, as in cosign', async () => {
  const env = { ...(await sandbox.environment({ kind: 'github' })), SIGSTORE_ID_TOKEN: await sandbox.token(email) }
  expect(await findIdentity({ env, now })).toMatchObject({ subject: 'dev@example.test' })
})

test('a broken first place is an error, not a reason to take the next one', async () => {
  const env = { ...(await sandbox.environment({ kind: 'github' })), SIGSTORE_ID_TOKEN: 'broken' }
  await expect(findIdentity({ env, now })).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
})

test('an empty variable is no identity', async () => {
  expect(await findIdentity({ env: { SIGSTORE_ID_TOKEN: ' ', ACTIONS_ID_TOKEN_REQUEST_URL: '' }, now })).toBeUndefined()
})

test.each(['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'])('%s alone is an error', async (name) => {
  const { [name]: value } = await sandbox.environment({ kind: 'github' })
  await expect(findIdentity({ env: { [name]: value }, now })).rejects.toMatchObject({
    code: 'IDENTITY_PROVIDER',
    found: expect.stringContaining('no ACTIONS_ID_TOKEN_REQUEST_'),
    hint: expect.stringContaining('passThroughEnv'),
  })
})

test('the permission to ask is not sent to another host over plain http', async () => {
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'http://example.test/t',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'marked-permission',
  }
  const error = await findIdentity({ env, now }).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'USAGE' })
  expect(inspect(error, { depth: 9 })).not.toContain('marked')
})

test("GitHub's refusal is told without the permission that was sent", async () => {
  const env = {
    ...(await sandbox.environment({ kind: 'github' })),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'marked-permission',
  }
  sandbox.faults = { identity: { status: 403, body: '{"message":"no right with marked-permission"}' } }
  const error = await findIdentity({ env, now }).catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    code: 'SERVICE_REFUSED',
    message: expect.stringContaining('GitHub Actions identity service'),
  })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('marked')
})

test.each([
  ['no JSON', 'nothing', 'INPUT_INVALID'],
  ['no token', '{}', 'IDENTITY_PROVIDER'],
  ['null', 'null', 'IDENTITY_PROVIDER'],
  ['something that is no token', '{"value":"x"}', 'TOKEN_INVALID'],
])('an identity service that sends %s is an error', async (_, body, code) => {
  sandbox.faults = { identity: { body } }
  const env = await sandbox.environment({ kind: 'github' })
  await expect(findIdentity({ env, now })).rejects.toMatchObject({ code })
})

test('an identity service that stumbles once is asked again; one that hangs is left', async () => {
  const env = await sandbox.environment({ kind: 'github' })
  sandbox.faults = { identity: { status: 503, times: 1 } }
  expect(await findIdentity({ env, now })).toBeDefined()
  sandbox.faults = { identity: { hang: true } }
  await expect(findIdentity({ env, now, fetchDeadline: 200 })).rejects.toMatchObject({ code: 'SERVICE_TIMEOUT' })
})

test.each(['no-such-file', 'marked-opaque-token', 'a\0b', '.', 'eyJmarked', `marked${'x'.repeat(5000)}`])(
  'the option %j is neither a token nor a file, and is not shown',
  async (token) => {
    const error = await findIdentity({ token, env: {}, now }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: expect.stringMatching(/^(FILE_UNREADABLE|TOKEN_INVALID)$/) })
    const shown = inspect(error, { depth: 9, showHidden: true })
    expect(shown).not.toContain('marked')
    expect(shown).not.toContain('no-such-file')
  },
)

test.skipIf(process.platform === 'win32')(
  'the option may be a pipe (not on Windows, which has no mkfifo)',
  async () => {
    const path = join(folder, 'pipe')
    await promisify(execFile)('mkfifo', [path])
    const [identity] = await Promise.all([
      findIdentity({ token: path, env: {}, now }),
      sandbox.token(email).then((token) => writeFile(path, token)),
    ])
    expect(identity).toMatchObject({ subject: 'dev@example.test' })
  },
)

test.each([
  [{ GITHUB_ACTIONS: 'true' }, 'permissions: { id-token: write'],
  [{ GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request' }, 'pull requests from forks'],
  [{ GITLAB_CI: 'true' }, 'id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }'],
  [{ CI: 'true' }, 'SIGSTORE_ID_TOKEN'],
  [{}, 'eval "$(npx @sealwax/cli sandbox --background)"'],
  [
    { TURBO_HASH: 'x', GITHUB_ACTIONS: 'true' },
    '"passThroughEnv": ["SIGSTORE_ID_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"',
  ],
])('where %j has no identity, one line says what to do', (env, words) => {
  const line = explainNoIdentity(env)
  expect(line).toContain(words)
  expect(line).not.toContain('\n')
})
