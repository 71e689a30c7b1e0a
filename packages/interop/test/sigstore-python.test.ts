// What sigstore-python cannot do, asked of it: a newer one that can is to be found here first. What it can do is in the matrix.
import { beforeAll, describe, expect, test } from 'vitest'
import { missing, program, python } from '../src/peers.ts'
import { openWorkbench, type Run } from './command.ts'
import { type Exchange, exchangeAt } from './exchange.ts'
import { putKeys } from './keys.ts'
import { from } from './parties.ts'
import { person, realServices, unavailable } from './real.ts'

const bench = openWorkbench()
const provenance = 'https://slsa.dev/provenance/v1'
const attested = { sign: ['attest-blob', '--type', provenance, '--predicate', 'predicate'], verify: [] }
let blobs: Exchange
let statements: Exchange

/** What it says, as one line. */
async function says(...args: readonly string[]): Promise<{ code: Run['code']; words: string }> {
  const { code, stdout, stderr } = await bench.run(program(python), args)
  return { code, words: `${stdout} ${stderr}`.replace(/\s+/g, ' ') }
}

function verifies(bundle: string, file: string): ReturnType<typeof says> {
  const { name, issuer } = person()
  const who = ['--cert-identity', name, '--cert-oidc-issuer', issuer]
  return says('--trust-config', realServices().trustConfig, 'verify', 'identity', '--bundle', bundle, ...who, file)
}

describe.skipIf(unavailable || missing(python).length > 0)('sigstore-python', () => {
  beforeAll(async () => {
    blobs = exchangeAt(bench, realServices())
    statements = exchangeAt(bench, realServices(), attested)
    bench.put(
      'predicate',
      '{"buildDefinition":{"buildType":"https://acme.example/build","externalParameters":{}},"runDetails":{"builder":{"id":"https://acme.example/builder"}}}',
    )
    await putKeys(bench, ['P-256'])
  })

  test('has no flag for a key', async () => {
    for (const verb of [['sign'], ['attest'], ['verify', 'identity']]) {
      const { code, words } = await says(...verb, '--help')
      expect(code).toBe(0)
      expect(words).toContain('--bundle FILE')
      expect(words).not.toMatch(/--key\b/)
    }
  })

  test('reads no bundle without a certificate', async () => {
    const { file, bundle } = blobs.newFile()
    await blobs.sign('cosign', ['--key', 'P-256.key', '--bundle', bundle, file])
    expect(await verifies(bundle, file)).toEqual({
      code: 1,
      words: expect.stringContaining('expected certificate in bundle'),
    })
  })

  test("refuses the statements that cosign writes, which are in-toto's v0.1, where we read them and write v1", async () => {
    const env = { ...statements.services, SIGSTORE_ID_TOKEN: person().token }
    const { file, bundle } = statements.newFile()
    await statements.sign('cosign', ['--bundle', bundle, file], env)
    expect(await verifies(bundle, file)).toEqual({
      code: 1,
      words: expect.stringContaining('malformed in-toto statement'),
    })
    const flags = ['verify-blob-attestation', '--type', provenance, '--bundle', bundle, ...from(person()), file]
    expect(await bench.use('sealwax', flags, statements.services)).toMatchObject({ code: 0 })
    await statements.sign('sealwax', ['--bundle', bundle, file], env)
    expect(await verifies(bundle, file)).toMatchObject({ code: 0 })
  })

  test("refuses cosign's bundle of a log's first entry, whose index 0 is left out; we read it, as protobuf's JSON wants it", async () => {
    const { file, bundle, bundleRekor2 } = realServices().first
    for (const path of [bundle, bundleRekor2]) {
      expect(await verifies(path, file)).toEqual({ code: 1, words: expect.stringContaining('logIndex Field required') })
      const flags = ['verify-blob', '--bundle', path, ...from(person()), file]
      expect(await bench.use('sealwax', flags, blobs.services)).toMatchObject({ code: 0 })
    }
  })
})
