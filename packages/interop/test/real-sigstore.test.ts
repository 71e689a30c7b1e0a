// The real Fulcio, CT log, Rekor v1 and timestamp authority: what they take from us, and what we make of what they give.
import { cpSync } from 'node:fs'
import { startSandbox } from '@sealwax/sandbox'
import { beforeAll, describe, expect, test } from 'vitest'
import { workflowRun } from '../src/issuer.ts'
import { certificateOf, extensionsOf } from './certificate.ts'
import { type Environment, openWorkbench } from './command.ts'
import { type Exchange, exchangeAt } from './exchange.ts'
import { type Kind, putKeys } from './keys.ts'
import { certificatesOf, statementsOf } from './logs.ts'
import { directions, from, hashFlag } from './parties.ts'
import { person, realServices, type Signer, unavailable, workflow } from './real.ts'

const bench = openWorkbench()
let blobs: Exchange
let statements: Exchange

/** The services, as one who holds that token. */
const as = ({ token }: Signer): Environment => ({ ...blobs.services, SIGSTORE_ID_TOKEN: token })
const signers = { 'a person': person, 'a GitHub workflow': workflow }
const names = Object.keys(signers) as (keyof typeof signers)[]

/** Where in the log the entry of a bundle is. */
function indexOf(bundle: string): string {
  type Bundle = { verificationMaterial: { tlogEntries: [{ logIndex: string }] } }
  return (JSON.parse(bench.read(bundle)) as Bundle).verificationMaterial.tlogEntries[0].logIndex
}

describe.skipIf(unavailable)('at the real services', () => {
  beforeAll(async () => {
    const real = realServices()
    blobs = exchangeAt(bench, real)
    const verify = ['verify-blob-attestation', '--type', 'https://acme.example/review']
    statements = exchangeAt(bench, real, { sign: ['attest-blob', '--type', 'https://acme.example/review'], verify })
    bench.put('predicate', '{"approved":true}')
    await putKeys(bench)
  })

  describe.each(directions)('%s signs, %s verifies', (signer, verifier) => {
    test.each(names)('a file and a statement about it, by %s', async (kind) => {
      const party = signers[kind]()
      for (const [{ newFile, sign, accepts, refuses }, more] of [
        [blobs, []],
        [statements, ['--predicate', 'predicate']],
      ] as const) {
        const { file, bundle } = newFile()
        await sign(signer, [...more, '--bundle', bundle, file], as(party))
        await accepts(verifier, '--bundle', bundle, ...from(party), file)
        await accepts(verifier, '--bundle', bundle, ...from(party), '--use-signed-timestamps', file)
        await refuses(verifier, '--bundle', bundle, ...from({ ...party, name: `${party.name}x` }), file)
        await refuses(verifier, '--bundle', bundle, ...from({ ...party, issuer: `${party.issuer}/` }), file)
        await refuses(verifier, '--bundle', bundle, ...from(party), newFile().file)
      }
    })
  })

  const loggedBlobs: readonly Kind[] = ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096']
  test.each(loggedBlobs)('a file signed with a managed key, %s, is logged and cosign verifies it', async (kind) => {
    const { file, bundle } = blobs.newFile()
    await blobs.sign('sealwax', ['--key', `${kind}.key`, '--bundle', bundle, file])
    await blobs.accepts('cosign', '--key', `${kind}.pub`, ...hashFlag('cosign', kind), '--bundle', bundle, file)
    await blobs.accepts('sealwax', '--key', `${kind}.pub`, '--bundle', bundle, file)
    await blobs.refuses('sealwax', '--key', `${kind}.pub`, '--bundle', bundle, blobs.newFile().file)
  })

  const loggedStatements: readonly Kind[] = ['P-256', 'Ed25519', 'RSA-2048', 'RSA-3072', 'RSA-4096']
  test.each(loggedStatements)(
    'a statement signed with a managed key, %s, is logged and cosign verifies it',
    async (kind) => {
      const { file, bundle } = statements.newFile()
      await statements.sign('sealwax', ['--predicate', 'predicate', '--key', `${kind}.key`, '--bundle', bundle, file])
      await statements.accepts('cosign', '--key', `${kind}.pub`, '--bundle', bundle, file)
      await statements.accepts('sealwax', '--key', `${kind}.pub`, '--bundle', bundle, file)
      await statements.refuses('sealwax', '--key', `${kind}.pub`, '--bundle', bundle, statements.newFile().file)
    },
  )

  test("the same signature twice is one log entry: the second run finds the first one's and is good", async () => {
    const { file, bundle } = blobs.newFile()
    for (const [{ sign, accepts }, kind, more] of [
      [blobs, 'RSA-2048', []],
      [statements, 'RSA-2048', ['--predicate', 'predicate']],
      [statements, 'Ed25519', ['--predicate', 'predicate']],
    ] as const) {
      for (const name of ['first.json', bundle])
        await sign('sealwax', [...more, '--key', `${kind}.key`, '--bundle', name, file])
      expect(indexOf(bundle)).toBe(indexOf('first.json'))
      await accepts('cosign', '--key', `${kind}.pub`, '--bundle', bundle, file)
    }
  })

  test('what Fulcio was told of the workflow is what we print', async () => {
    const party = workflow()
    const { file, bundle } = blobs.newFile()
    await blobs.sign('sealwax', ['--bundle', bundle, file], as(party))
    const { stdout } = await blobs.accepts('sealwax', '-o', 'json', '--bundle', bundle, ...from(party), file)
    const [{ evidence }] = JSON.parse(stdout) as [{ evidence: { signer: { issuer: string; extensions: unknown } } }]
    const told = (name: string): string => String(workflowRun[name])
    expect(evidence.signer.issuer).toBe(party.issuer)
    expect(evidence.signer.extensions).toEqual({
      githubWorkflowTrigger: told('event_name'),
      githubWorkflowSha: told('sha'),
      githubWorkflowName: told('workflow'),
      githubWorkflowRepository: told('repository'),
      githubWorkflowRef: told('ref'),
      issuer: party.issuer,
      buildSignerUri: party.name,
      buildSignerDigest: told('job_workflow_sha'),
      runnerEnvironment: told('runner_environment'),
      sourceRepositoryUri: `https://github.com/${told('repository')}`,
      sourceRepositoryDigest: told('sha'),
      sourceRepositoryRef: told('ref'),
      sourceRepositoryIdentifier: told('repository_id'),
      sourceRepositoryOwnerUri: `https://github.com/${told('repository_owner')}`,
      sourceRepositoryOwnerIdentifier: told('repository_owner_id'),
      buildConfigUri: `https://github.com/${told('workflow_ref')}`,
      buildConfigDigest: told('workflow_sha'),
      buildTrigger: told('event_name'),
      runInvocationUri: `https://github.com/${told('repository')}/actions/runs/${told('run_id')}/attempts/${told('run_attempt')}`,
      sourceRepositoryVisibilityAtSigning: told('repository_visibility'),
      tokenSubject: told('sub'),
    })
  })

  test('a certificate of the sandbox has the extensions of a real one, in the same order', async () => {
    const sandbox = await startSandbox({ directory: bench.path('sandbox') })
    try {
      for (const [kind, identity] of [
        ['a person', { kind: 'email', email: person().name, issuer: 'google' }],
        ['a GitHub workflow', { kind: 'github' }],
      ] as const) {
        const { file, bundle } = blobs.newFile()
        await blobs.sign('sealwax', ['--bundle', bundle, file], as(signers[kind]()))
        const wanted = extensionsOf(certificateOf(bench.read(bundle)))
        expect(wanted.length).toBeGreaterThan(7)
        await blobs.sign('sealwax', ['--bundle', bundle, file], await sandbox.environment(identity))
        expect(extensionsOf(certificateOf(bench.read(bundle)))).toEqual(wanted)
      }
    } finally {
      await sandbox.close()
    }
  })

  test('a signed build of 200 files is one log entry and one certificate, and cosign verifies each file', async () => {
    const party = workflow('build-of-200-files.yml')
    const env = as(party)
    for (let at = 0; at < 200; at++) bench.put(`dist/assets/${at}.js`, `export default ${at}`)
    expect((await bench.use('sealwax', ['sign-build', 'dist'], env)).code).toBe(0)
    const { rekor, ct } = realServices().urls
    expect(await statementsOf(party.name, rekor)).toBe(1)
    expect(await certificatesOf(party.name, ct)).toBe(1)
    const verdict = await bench.use('sealwax', ['verify-build', ...from(party), 'dist'], env)
    expect(verdict).toMatchObject({ code: 0, stdout: expect.stringContaining('200 files as signed') })
    cpSync(bench.path('dist/assets/7.js'), bench.path('a-copy.js'))
    const flags = [
      'verify-blob-attestation',
      '--type',
      'slsaprovenance1',
      '--bundle',
      'dist/attestation.sigstore.json',
      ...from(party),
    ]
    for (const file of ['dist/assets/0.js', 'dist/assets/199.js', 'a-copy.js'])
      expect(await bench.use('cosign', [...flags, file], env)).toMatchObject({ code: 0 })
    bench.put('dist/assets/0.js', 'export default 1000')
    expect(await bench.use('cosign', [...flags, 'dist/assets/0.js'], env)).toMatchObject({ code: 1 })
  })
})
