import { readFileSync } from 'node:fs'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { expect, test } from 'vitest'
import { shellVariables } from '../../src/index.ts'
import { askCertificate, call, claimsOf, openSandbox, read } from '../client.ts'

test('a token verifies with the published keys and carries the audience and the life that were asked for', async () => {
  const sandbox = await openSandbox()
  const found = await call(`${sandbox.urls.issuer}/.well-known/openid-configuration`)
  const discovery = read<{ issuer: string; jwks_uri: string }>(found)
  const keys = createLocalJWKSet(read<JSONWebKeySet>(await call(discovery.jwks_uri)))
  const token = await sandbox.token({ kind: 'email', email: 'a@b.example' }, { audience: 'elsewhere', ttl: 60 })
  const { payload } = await jwtVerify(token, keys, { issuer: discovery.issuer, audience: 'elsewhere' })
  expect(payload).toMatchObject({ email: 'a@b.example', email_verified: true, iss: sandbox.urls.issuer })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60)
})

test('an e-mail token names the provider the person used', async () => {
  const sandbox = await openSandbox()
  const connectors = await Promise.all(
    (['github', 'google', 'microsoft', 'gitlab'] as const).map(async (issuer) => {
      const token = await sandbox.token({ kind: 'email', email: 'a@b.example', issuer })
      return (claimsOf(token)['federated_claims'] as { connector_id: string }).connector_id
    }),
  )
  expect(connectors).toEqual([
    'https://github.com/login/oauth',
    'https://accounts.google.com',
    'https://login.microsoftonline.com',
    'https://gitlab.com',
  ])
})

test('CI tokens carry the names of the real issuers', async () => {
  const sandbox = await openSandbox()
  expect(claimsOf(await sandbox.token({ kind: 'github', repository: 'o/r' }))).toMatchObject({
    iss: 'https://token.actions.githubusercontent.com',
    sub: 'repo:o/r:ref:refs/heads/main',
    job_workflow_ref: 'o/r/.github/workflows/release.yml@refs/heads/main',
  })
  expect(claimsOf(await sandbox.token({ kind: 'gitlab', project: 'g/p', ref: 'refs/tags/v1' }))).toMatchObject({
    iss: 'https://gitlab.com',
    ref: 'v1',
    ref_type: 'tag',
    ci_config_ref_uri: 'gitlab.com/g/p//.gitlab-ci.yml@refs/tags/v1',
  })
})

test('a GitHub job asks for its token with its request token and gets the audience it named', async () => {
  const sandbox = await openSandbox()
  const environment = await sandbox.environment({ kind: 'github', repository: 'o/r' })
  const url = `${environment['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=sigstore`
  const secret = environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']
  const reply = await call(url, { headers: { authorization: `bearer ${secret}` } })
  expect(reply.status).toBe(200)
  expect(claimsOf(read<{ value: string }>(reply).value)).toMatchObject({ aud: 'sigstore', repository: 'o/r' })
  expect(environment).toMatchObject({ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'o/r', GITHUB_REF: 'refs/heads/main' })
})

test('without the request token, or with another, there is no token', async () => {
  const sandbox = await openSandbox()
  const url = (await sandbox.environment({ kind: 'github' }))['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''
  for (const headers of [{}, { authorization: 'bearer other' }, { authorization: 'bearer ' }] as Record<
    string,
    string
  >[]) {
    expect((await call(url, { headers })).status).toBe(401)
  }
})

test('the default audience of a GitHub job is not good enough for the CA', async () => {
  const sandbox = await openSandbox()
  const environment = await sandbox.environment({ kind: 'github' })
  const headers = { authorization: `bearer ${environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` }
  const reply = await call(environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '', { headers })
  const token = read<{ value: string }>(reply).value
  expect((await askCertificate(sandbox, { kind: 'github' }, { token })).status).toBe(400)
})

test('a GitLab job and a person find their token in SIGSTORE_ID_TOKEN', async () => {
  const sandbox = await openSandbox()
  const job = await sandbox.environment({ kind: 'gitlab', project: 'g/p', ref: 'refs/tags/v1' })
  expect(job).toMatchObject({ GITLAB_CI: 'true', CI_PROJECT_PATH: 'g/p', CI_COMMIT_TAG: 'v1' })
  expect(job).not.toHaveProperty('CI_COMMIT_BRANCH')
  expect(claimsOf(job['SIGSTORE_ID_TOKEN'] ?? '')).toMatchObject({ project_path: 'g/p', aud: 'sigstore' })
  const person = await sandbox.environment({ kind: 'email', email: 'a@b.example' })
  const claims = claimsOf(person['SIGSTORE_ID_TOKEN'] ?? '')
  expect(Number(claims['exp']) - Number(claims['iat'])).toBe(24 * 3600)
  expect(person).toMatchObject({
    SEALWAX_TRUSTED_ROOT: sandbox.files.trustedRoot,
    COSIGN_SIGNING_CONFIG: sandbox.files.signingConfig,
  })
})

test('without an identity the environment is that of the one person for whom env.sh speaks', async () => {
  const sandbox = await openSandbox()
  const environment = await sandbox.environment()
  const claims = claimsOf(environment['SIGSTORE_ID_TOKEN'] ?? '')
  expect(claims['email']).toBe('dev@sandbox.example')
  const [, written = ''] = /SIGSTORE_ID_TOKEN='([^']+)'/.exec(readFileSync(sandbox.files.env, 'utf8')) ?? []
  expect(claimsOf(written)).toMatchObject({ email: claims['email'], sub: claims['sub'] })
})

test('the names of what a shell is given are known without a sandbox', async () => {
  const sandbox = await openSandbox()
  expect(shellVariables.toSorted()).toEqual(Object.keys(await sandbox.environment()).toSorted())
})

test.for(['wrong-key', 'expired'] as const)(
  'the CA refuses the token of an identity service that lies (%s)',
  async (lie) => {
    const sandbox = await openSandbox({ faults: { identity: { lie } } })
    const environment = await sandbox.environment({ kind: 'github' })
    const headers = { authorization: `bearer ${environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}` }
    const reply = await call(`${environment['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience=sigstore`, { headers })
    const token = read<{ value: string }>(reply).value
    expect((await askCertificate(sandbox, { kind: 'github' }, { token })).status).toBe(400)
  },
)
