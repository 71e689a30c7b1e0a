// What the sandbox says with Rekor v2, and through its TUF repository, believed by a client that is not ours.
import { startSandbox } from '@sealwax/sandbox'
import { afterAll, describe, expect, test } from 'vitest'
import { missing } from '../src/peers.ts'
import { openWorkbench } from './command.ts'
import { exchangeAt, type Exchange } from './exchange.ts'
import { putKeys } from './keys.ts'
import { from, hashFlag, workflow } from './parties.ts'

const bench = openWorkbench()
const sandbox = await startSandbox({ directory: bench.path('sandbox'), rekor: 2 })
afterAll(() => sandbox.close())
await putKeys(bench, ['P-256', 'P-384', 'RSA-4096'])

const { trustedRoot, signingConfigRekor2 } = sandbox.files
const places = { trustedRoot, signingConfig: signingConfigRekor2 }
bench.put('predicate.json', '{}')
const type = ['--type', 'custom']
const kinds: readonly (readonly [what: string, Exchange, more: readonly string[]])[] = [
  ['a file', exchangeAt(bench, places), []],
  [
    'a statement',
    exchangeAt(bench, places, { sign: ['attest-blob', ...type], verify: ['verify-blob-attestation', ...type] }),
    ['--predicate', 'predicate.json'],
  ],
]

describe.skipIf(missing('cosign').length > 0)('cosign at the sandbox with Rekor v2', () => {
  test.each(kinds)(
    'signs %s with an identity and accepts it',
    async (_, { newFile, sign, accepts, refuses, services }, more) => {
      const { file, bundle } = newFile()
      const job = { ...(await sandbox.environment(workflow.identity)), ...services }
      await sign('cosign', [...more, '--bundle', bundle, file], job)
      await accepts('cosign', '--bundle', bundle, ...from(workflow), file)
      await refuses('cosign', '--bundle', bundle, ...from(workflow), newFile().file)
      expect(JSON.parse(bench.read(bundle)).verificationMaterial).toMatchObject({
        tlogEntries: [{ kindVersion: { kind: 'hashedrekord', version: '0.0.2' } }],
        timestampVerificationData: { rfc3161Timestamps: [expect.anything()] },
      })
    },
  )

  test.each(kinds)('signs %s with a key and accepts it', async (_, { newFile, sign, accepts, refuses }, more) => {
    for (const kind of ['P-256', 'P-384', 'RSA-4096'] as const) {
      const hash = hashFlag('cosign', kind)
      const { file, bundle } = newFile()
      await sign('cosign', [...more, '--key', `${kind}.key`, '--bundle', bundle, file])
      await accepts('cosign', ...hash, '--key', `${kind}.pub`, '--bundle', bundle, file)
      await refuses('cosign', ...hash, '--key', `${kind}.pub`, '--bundle', bundle, newFile().file)
    }
  })

  test('learns from the TUF repository alone where to sign and whom to believe', async () => {
    const { file, bundle } = kinds[0]?.[1].newFile() ?? { file: '', bundle: '' }
    const run = async (...args: string[]): Promise<void> => {
      const { SIGSTORE_ID_TOKEN = '' } = await sandbox.environment()
      const { code, stderr } = await bench.use('cosign', args, { COSIGN_YES: 'true', SIGSTORE_ID_TOKEN })
      expect(code, stderr).toBe(0)
    }
    await run('initialize', '--mirror', sandbox.urls.tuf, '--root', sandbox.files.tufRoot)
    sandbox.tuf.rotateRoot()
    await run('sign-blob', '--bundle', bundle, file)
    const who = { name: 'dev@sandbox.example', issuer: 'https://github.com/login/oauth' }
    await run('verify-blob', '--bundle', bundle, ...from(who), file)
    expect(bench.read(bundle)).toContain('"version":"0.0.2"')
  })
})
