// The thresholds that cosign's flags stand for.
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demandOf } from '../../src/verifying/policy.ts'
import { makeFolder } from '../command.ts'

const folder = makeFolder()
const key = join(folder.path, 'cosign.pub')
beforeAll(() => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(key, publicKey.export({ type: 'spki', format: 'pem' }))
})
afterAll(() => folder.remove())

const who = { certificateIdentity: 'a@b.example', certificateOidcIssuer: 'https://b.example' }

test.each([
  [{}, { log: 1, timestamps: 0, times: 1, scts: 1 }],
  [{ useSignedTimestamps: true }, { log: 1, timestamps: 1, times: 1, scts: 1 }],
  [{ insecureIgnoreTlog: true }, { log: 0, timestamps: 0, times: 0, scts: 1 }],
  [
    { insecureIgnoreTlog: true, useSignedTimestamps: true },
    { log: 0, timestamps: 1, times: 0, scts: 1 },
  ],
  [{ insecureIgnoreSct: true }, { log: 1, timestamps: 0, times: 1, scts: 0 }],
])('an identity with %j asks for %j', async (flags, thresholds) => {
  const { policy, trust } = await demandOf({ ...who, ...flags })
  const { signer, ...rest } = policy
  expect(rest).toEqual(thresholds)
  expect(signer).toEqual({
    kind: 'identities',
    anyOf: [{ subject: { exact: 'a@b.example' }, issuer: { exact: 'https://b.example' } }],
  })
  expect(trust.root).toBeDefined()
})

test.each([
  [{}, { log: 1, timestamps: 0, times: 0, scts: 0 }, true],
  [{ useSignedTimestamps: true }, { log: 1, timestamps: 1, times: 0, scts: 0 }, true],
  [{ insecureIgnoreTlog: true, useSignedTimestamps: true }, { log: 0, timestamps: 1, times: 0, scts: 0 }, true],
  [{ insecureIgnoreTlog: true }, { log: 0, timestamps: 0, times: 0, scts: 0 }, false],
])('a key with %j asks for %j and loads a trusted root: %s', async (flags, thresholds, hasRoot) => {
  const { policy, trust } = await demandOf({ key, ...flags })
  expect(policy).toEqual({ signer: { kind: 'key' }, ...thresholds })
  expect({ key: trust.key?.type, root: trust.root !== undefined }).toEqual({ key: 'public', root: hasRoot })
})

test('exact text and expression are both asked for, and the GitHub flags become extensions', async () => {
  const { policy } = await demandOf({
    ...who,
    certificateIdentityRegexp: '^a@',
    certificateGithubWorkflowTrigger: 'push',
    certificateGithubWorkflowSha: 'c0ffee',
    certificateGithubWorkflowName: 'Release',
    certificateGithubWorkflowRepository: 'acme/app',
    certificateGithubWorkflowRef: 'refs/heads/main',
  })
  expect(policy.signer).toEqual({
    kind: 'identities',
    anyOf: [
      {
        subject: { exact: 'a@b.example', regexp: '^a@' },
        issuer: { exact: 'https://b.example' },
        extensions: {
          githubWorkflowTrigger: { exact: 'push' },
          githubWorkflowSha: { exact: 'c0ffee' },
          githubWorkflowName: { exact: 'Release' },
          githubWorkflowRepository: { exact: 'acme/app' },
          githubWorkflowRef: { exact: 'refs/heads/main' },
        },
      },
    ],
  })
})

test.each([
  [{ certificateIdentity: 'a@b.example' }],
  [{ certificateOidcIssuer: 'https://b.example' }],
  [{ ...who, certificateIdentity: '' }],
  [{ key, certificateOidcIssuerRegexp: '.*' }],
])('%j is wrong use', async (flags) => {
  await expect(demandOf(flags)).rejects.toMatchObject({ code: 'USAGE' })
})
