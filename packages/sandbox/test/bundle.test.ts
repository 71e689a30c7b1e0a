import { readFileSync } from 'node:fs'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { attest, sign } from 'sigstore'
import { expect, test } from 'vitest'
import type { Faults, Sandbox, SandboxIdentity } from '../src/index.ts'
import { call, openSandbox, propose, proposeHash } from './client.ts'

// The judge is the JavaScript Sigstore library: it signs against the sandbox and verifies what comes out.

const ARTIFACT = Buffer.from('what was built')

async function signBlob(sandbox: Sandbox, identity: SandboxIdentity): ReturnType<typeof sign> {
  return sign(ARTIFACT, await options(sandbox, identity))
}

async function options(sandbox: Sandbox, identity: SandboxIdentity): Promise<object> {
  return {
    fulcioURL: sandbox.urls.fulcio,
    rekorURL: sandbox.urls.rekor,
    tsaServerURL: sandbox.urls.timestamp,
    identityToken: await sandbox.token(identity),
    retry: 0,
  }
}

function verify(sandbox: Sandbox, bundle: Awaited<ReturnType<typeof sign>>, artifact: Buffer | undefined): unknown {
  const trust = TrustedRoot.fromJSON(JSON.parse(readFileSync(sandbox.files.trustedRoot, 'utf8')))
  const verifier = new Verifier(toTrustMaterial(trust), { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 2 })
  return verifier.verify(toSignedEntity(bundleFromJSON(bundle), artifact)).identity
}

const PEOPLE: readonly { identity: SandboxIdentity; name: string; issuer: string }[] = [
  {
    identity: { kind: 'email', email: 'dev@example.com', issuer: 'google' },
    name: 'dev@example.com',
    issuer: 'https://accounts.google.com',
  },
  {
    identity: { kind: 'github', repository: 'org/repo', workflow: 'ci.yml', ref: 'refs/tags/v1' },
    name: 'https://github.com/org/repo/.github/workflows/ci.yml@refs/tags/v1',
    issuer: 'https://token.actions.githubusercontent.com',
  },
  {
    identity: { kind: 'gitlab', project: 'group/sub/project' },
    name: 'https://gitlab.com/group/sub/project//.gitlab-ci.yml@refs/heads/main',
    issuer: 'https://gitlab.com',
  },
]

test.for(PEOPLE)(
  'a blob signed as $identity.kind verifies with log entry, SCT and both times',
  async ({ identity, name, issuer }) => {
    const sandbox = await openSandbox()
    const bundle = await signBlob(sandbox, identity)
    expect(verify(sandbox, bundle, ARTIFACT)).toMatchObject({ subjectAlternativeName: name, extensions: { issuer } })
    expect(() => verify(sandbox, bundle, Buffer.from('something else'))).toThrow()
  },
)

test('an attestation verifies', async () => {
  const sandbox = await openSandbox()
  const bundle = await attest(ARTIFACT, 'application/vnd.in-toto+json', await options(sandbox, { kind: 'github' }))
  expect(verify(sandbox, bundle, undefined)).toBeDefined()
})

test('a bundle is worth nothing under the trusted root of another sandbox', async () => {
  const [one, other] = [await openSandbox(), await openSandbox()]
  const bundle = await signBlob(one, { kind: 'gitlab' })
  expect(() => verify(other, bundle, ARTIFACT)).toThrow()
})

test('one certificate and one log entry are counted for one signature', async () => {
  const sandbox = await openSandbox()
  await signBlob(sandbox, { kind: 'gitlab' })
  const made = sandbox.requests
    .filter(({ method }) => method === 'POST')
    .map(({ service, status }) => `${service} ${status}`)
  expect(made.toSorted()).toEqual(['fulcio 200', 'rekor 201', 'timestamp 200'])
})

// The code is the library's: each lie is found by the check that it is meant for, and by no other.
const LIES: readonly [Faults, code: string][] = [
  [{ fulcio: { lie: 'wrong-key' } }, 'CERTIFICATE_ERROR'],
  [{ fulcio: { lie: 'no-sct' } }, 'CERTIFICATE_ERROR'],
  [{ fulcio: { lie: 'wrong-sct' } }, 'CERTIFICATE_ERROR'],
  [{ fulcio: { lie: 'bad-sct' } }, 'CERTIFICATE_ERROR'],
  [{ fulcio: { lie: 'other-subject-key' } }, 'TLOG_CREATE_ENTRY_ERROR'],
  [{ fulcio: { lie: 'wrong-certificate' } }, 'TLOG_CREATE_ENTRY_ERROR'],
  [{ fulcio: { lie: 'expired' } }, 'CERTIFICATE_ERROR'],
  [{ rekor: { lie: 'wrong-key' } }, 'TLOG_INCLUSION_PROMISE_ERROR'],
  [{ rekor: { lie: 'wrong-log-key' } }, 'TLOG_INCLUSION_PROMISE_ERROR'],
  [{ rekor: { lie: 'wrong-set' } }, 'TLOG_INCLUSION_PROMISE_ERROR'],
  [{ rekor: { lie: 'wrong-proof' } }, 'TLOG_INCLUSION_PROOF_ERROR'],
  [{ rekor: { lie: 'bad-proof' } }, 'TLOG_INCLUSION_PROOF_ERROR'],
  [{ rekor: { lie: 'wrong-entry' } }, 'TLOG_BODY_ERROR'],
  [{ rekor: { lie: 'expired' } }, 'CERTIFICATE_ERROR'],
  [{ timestamp: { lie: 'wrong-key' } }, 'TIMESTAMP_ERROR'],
  [{ timestamp: { lie: 'wrong-imprint' } }, 'TIMESTAMP_ERROR'],
  [{ timestamp: { lie: 'expired' } }, 'TIMESTAMP_ERROR'],
  [{ fulcio: { skew: 3600_000 } }, 'CERTIFICATE_ERROR'],
  [{ rekor: { skew: -3600_000 } }, 'CERTIFICATE_ERROR'],
  [{ timestamp: { skew: 3600_000 } }, 'CERTIFICATE_ERROR'],
]

test.for(LIES)('the lie %j ends in %s', async ([faults, code]) => {
  const sandbox = await openSandbox()
  await propose(sandbox, proposeHash())
  sandbox.faults = faults
  const verdict = signBlob(sandbox, { kind: 'gitlab' }).then((bundle) => verify(sandbox, bundle, ARTIFACT))
  await expect(verdict).rejects.toMatchObject({ code })
})

test('a split view verifies, for the log’s key signed it, but nobody else is shown that tree', async () => {
  const sandbox = await openSandbox()
  sandbox.faults = { rekor: { lie: 'split-view' } }
  const bundle = await signBlob(sandbox, { kind: 'gitlab' })
  expect(verify(sandbox, bundle, ARTIFACT)).toBeDefined()
  const [entry] = bundle.verificationMaterial.tlogEntries ?? []
  const url = `${sandbox.urls.rekor}/api/v1/log/entries?logIndex=${entry?.logIndex}`
  expect((await call(url)).status).toBe(200)
  sandbox.faults = {}
  expect((await call(url)).status).toBe(404)
})
