// Statements about files: what one attests, the other verifies, by type and by subject.
import { predicateTypes } from '@sealwax/core'
import { describe, expect, test } from 'vitest'
import { missing } from '../src/peers.ts'
import { openExchange } from './exchange.ts'
import { type Kind, noPassword, putKeys } from './keys.ts'
import { directions, from, parties, person } from './parties.ts'

const verbs = { sign: ['attest-blob'], verify: ['verify-blob-attestation'] }
const { bench, services, as, newFile, sign, accepts, refuses } = await openExchange(verbs)
await putKeys(bench)

/** A predicate that cosign takes for each of its `--type` names but `spdx`, and for a URI. */
const predicates: Readonly<Record<string, unknown>> = {
  custom: 'any text',
  slsaprovenance: { builder: { id: 'https://acme.example/builder' }, build_type: 'https://acme.example/build' },
  slsaprovenance02: { builder: { id: 'https://acme.example/builder' }, build_type: 'https://acme.example/build' },
  slsaprovenance1: {
    buildDefinition: { buildType: 'https://acme.example/build', externalParameters: { a: 'b' } },
    runDetails: { builder: { id: 'https://acme.example/builder' } },
  },
  spdxjson: { spdxVersion: 'SPDX-2.3', name: 'app' },
  cyclonedx: { bomFormat: 'CycloneDX', specVersion: '1.6' },
  link: {
    _type: 'link',
    name: 'build',
    command: ['make'],
    materials: {},
    products: {},
    byproducts: {},
    environment: {},
  },
  vuln: { invocation: {}, scanner: { uri: 'pkg:npm/scanner' }, metadata: { scanStartedOn: '2026-01-01T00:00:00Z' } },
  openvex: { '@context': 'https://openvex.dev/ns/v0.2.0', statements: [] },
  'https://acme.example/review/v1': { approved: true },
}

test("the short names of --type are cosign's", () => {
  const names = Object.keys(predicates).filter((name) => !name.includes(':'))
  expect(Object.keys(predicateTypes).sort()).toEqual([...names, 'spdx'].sort())
})

describe.skipIf(missing('cosign').length > 0).each(directions)('%s attests, %s verifies', (signer, verifier) => {
  test.each(Object.keys(predicates))('--type %s', async (type) => {
    const { file, bundle } = newFile()
    const predicate = predicates[type]
    bench.put('predicate', typeof predicate === 'string' ? predicate : JSON.stringify(predicate))
    await sign(signer, ['--predicate', 'predicate', '--type', type, '--bundle', bundle, file], await as(person))
    const verify = [...from(person), '--bundle', bundle]
    await accepts(verifier, ...verify, '--type', type, file)
    await refuses(verifier, ...verify, '--type', type, newFile().file)
    await refuses(verifier, ...verify, '--type', 'https://acme.example/other', file)
    expect(statementOf(bundle).predicateType).toBe(predicateTypes[type] ?? type)
  })

  test.each(parties)('by %s', async (_kind, party) => {
    const { file, bundle, hex } = newFile()
    bench.put('predicate', JSON.stringify(predicates['cyclonedx']))
    await sign(signer, ['--predicate', 'predicate', '--type', 'cyclonedx', '--bundle', bundle, file], await as(party))
    const verify = ['--type', 'cyclonedx', '--bundle', bundle]
    await accepts(verifier, ...verify, ...from(party), file)
    await accepts(verifier, ...verify, ...from(party), '--digest', hex, '--digestAlg', 'sha256')
    await refuses(
      verifier,
      ...verify,
      ...from(party),
      '--digest',
      hex.replace(/^./, hex.startsWith('0') ? '1' : '0'),
      '--digestAlg',
      'sha256',
    )
    await refuses(verifier, ...verify, ...from({ ...party, name: `x${party.name}` }), file)
  })

  test("a digest that is elsewhere, a statement of one's own, and no claims checked", async () => {
    const { file, bundle, hex } = newFile()
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        { name: 'one', digest: { sha256: '0'.repeat(64) } },
        { name: 'two', digest: { sha256: hex } },
      ],
      predicateType: 'https://acme.example/review/v1',
      predicate: { zeta: 1, alpha: [2, 'ü'] },
    }
    bench.put('statement.json', JSON.stringify(statement))
    await sign(signer, ['--key', 'P-256.key', '--statement', 'statement.json', '--bundle', bundle])
    const verify = ['--key', 'P-256.pub', '--type', statement.predicateType, '--bundle', bundle]
    await accepts(verifier, ...verify, file)
    await refuses(verifier, ...verify, newFile().file)
    await accepts(verifier, ...verify, '--check-claims=false')
    expect(statementOf(bundle)).toEqual(statement)

    bench.put('predicate', '{}')
    const absent = [
      '--hash',
      hex,
      '--predicate',
      'predicate',
      '--type',
      'cyclonedx',
      '--bundle',
      'absent.json',
      'absent',
    ]
    await sign(signer, ['--key', 'P-256.key', ...absent])
    await accepts(verifier, '--key', 'P-256.pub', '--type', 'cyclonedx', '--bundle', 'absent.json', file)
  })

  test.each(['RSA-2048', 'RSA-4096'] as const)('by a key of another kind, logged: %s', async (kind) => {
    const { file, bundle } = newFile()
    bench.put('predicate', '{}')
    await sign(signer, [
      '--key',
      `${kind}.key`,
      '--predicate',
      'predicate',
      '--type',
      'cyclonedx',
      '--bundle',
      bundle,
      file,
    ])
    await accepts(verifier, '--key', `${kind}.pub`, '--type', 'cyclonedx', '--bundle', bundle, file)
    await refuses(verifier, '--key', 'P-256.pub', '--type', 'cyclonedx', '--bundle', bundle, file)
  })
})

describe.skipIf(missing('cosign').length > 0)('what cosign cannot do', () => {
  const attest = (kind: Kind, bundle: string, file: string): string[] => {
    bench.put('predicate', '{}')
    return ['--key', `${kind}.key`, '--predicate', 'predicate', '--type', 'cyclonedx', '--bundle', bundle, file]
  }
  const verify = (kind: Kind, bundle: string): string[] => [
    '--key',
    `${kind}.pub`,
    '--type',
    'cyclonedx',
    '--bundle',
    bundle,
  ]

  test('Ed25519: cosign verifies our attestation, logged or not, and can make none of its own', async () => {
    const { file, bundle } = newFile()
    await sign('sealwax', attest('Ed25519', bundle, file))
    await accepts('cosign', ...verify('Ed25519', bundle), file)
    await refuses('cosign', ...verify('Ed25519', bundle), newFile().file)
    await sign('sealwax', ['--signing-config', 'none.json', ...attest('Ed25519', bundle, file)])
    await accepts('cosign', ...verify('Ed25519', bundle), '--insecure-ignore-tlog', file)
    expect(await bench.use('cosign', ['attest-blob', ...attest('Ed25519', bundle, file)], services)).toMatchObject({
      code: 1,
    })
  })

  test('--type spdx takes text, which cosign writes and cannot read again; we write and read it', async () => {
    bench.put('predicate', 'SPDXVersion: SPDX-2.3')
    const { file, bundle } = newFile()
    const args = ['--key', 'P-256.key', '--signing-config', 'none.json', '--predicate', 'predicate', '--type', 'spdx']
    for (const [signer, env] of [
      ['cosign', noPassword],
      ['sealwax', services],
    ] as const) {
      await sign(signer, [...args, '--bundle', bundle, file], env)
      expect(statementOf(bundle).predicate).toBe('SPDXVersion: SPDX-2.3')
      const verify = ['--key', 'P-256.pub', '--insecure-ignore-tlog', '--type', 'spdx', '--bundle', bundle, file]
      await accepts('sealwax', ...verify)
      await refuses('cosign', ...verify)
    }
  })

  test.each(['P-384', 'P-521'] as const)(
    '%s: cosign signs an attestation that it does not verify; we verify both',
    async (kind) => {
      for (const signer of ['cosign', 'sealwax'] as const) {
        const { file, bundle } = newFile()
        await sign(signer, ['--signing-config', 'none.json', ...attest(kind, bundle, file)])
        await accepts('sealwax', ...verify(kind, bundle), '--insecure-ignore-tlog', file)
        await refuses('cosign', ...verify(kind, bundle), '--insecure-ignore-tlog', file)
        for (const tool of ['cosign', 'sealwax'] as const) {
          const logged = await bench.use(tool, ['attest-blob', ...attest(kind, bundle, file)], services)
          expect(logged, `${tool} logs it`).toMatchObject({ code: 1 })
        }
      }
    },
  )
})

interface Statement {
  readonly predicate: unknown
  readonly predicateType: string
}
function statementOf(bundle: string): Statement {
  const { dsseEnvelope } = JSON.parse(bench.read(bundle)) as { dsseEnvelope: { payload: string } }
  return JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString()) as Statement
}
