import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { expect, test } from 'vitest'
import { type Bundle, bundleJson, parseBundle } from '../../src/bundle/index.ts'
import { algorithms } from '../../src/keys/index.ts'
import { generateSigner } from '../../src/keys/signing.ts'
import type { SignedContent } from '../../src/seal/index.ts'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()
const content = Buffer.from('content of a file')
const statement = Buffer.from(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'a.js', digest: { sha256: 'ab'.repeat(32) } }],
    predicateType: 'https://example.test/predicate',
    predicate: {},
  }),
)
const signed: SignedContent = { hash: 'sha256', digest: hash('sha256', content, 'buffer'), content }
const inToto = 'application/vnd.in-toto+json'

/** The verdict of sigstore-js: code that is not ours. */
async function judgedElsewhere(bundle: Bundle, artifact?: Buffer): Promise<string | undefined> {
  const root = TrustedRoot.fromJSON(JSON.parse(await readFile(workshop.sandbox.files.trustedRoot, 'utf8')))
  const entity = toSignedEntity(bundleFromJSON(JSON.parse(bundleJson(bundle))), artifact)
  return new Verifier(toTrustMaterial(root), { timestampThreshold: 2 }).verify(entity).identity?.subjectAlternativeName
}

test('a file is signed with one certificate, one log entry and one timestamp', async () => {
  const bundle = await workshop.keyless().sealMessage(content)
  const [token, certificate, ...witnesses] = workshop.requests()
  expect([token, certificate]).toEqual(['identity GET 200', 'fulcio POST 200'])
  expect(witnesses.toSorted()).toEqual(['rekor POST 201', expect.stringMatching(/^timestamp POST 20[01]$/)])
  expect(workshop.steps).toEqual(['sign', 'identity', 'certificate', 'log', 'timestamp', 'check'])
  expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json')
  expect(await judgedElsewhere(bundle, content)).toContain('.github/workflows/')
})

test('an envelope is signed and logged as dsse, and survives its file', async () => {
  const bundle = await workshop.keyless().sealEnvelope(inToto, statement)
  expect(bundle.verificationMaterial.tlogEntries[0]?.kindVersion).toEqual({ kind: 'dsse', version: '0.0.1' })
  const again = parseBundle(bundleJson(bundle))
  expect((await workshop.verify(again, undefined)).subjects).toEqual([
    { name: 'a.js', digest: { sha256: 'ab'.repeat(32) } },
  ])
  expect(await judgedElsewhere(bundle)).toContain('.github/workflows/')
})

test.each([
  [{ kind: 'email', email: 'dev@example.test' }, 'dev@example.test'],
  [{ kind: 'github' }, 'https://github.com/'],
  [{ kind: 'gitlab' }, 'https://gitlab.com/'],
] as const)('%j signs as %s', async (who, name) => {
  const bundle = await workshop.keyless({ identity: workshop.identity(who) }).sealMessage(content)
  const { signer, times, entries, scts } = await workshop.verify(bundle, signed)
  expect(signer).toMatchObject({
    kind: 'certificate',
    subjectAlternativeName: { value: expect.stringContaining(name) },
  })
  expect(times.map(({ source }) => source).toSorted()).toEqual(['timestamp-authority', 'transparency-log'])
  expect(entries).toMatchObject([{ inclusion: 'both', kind: 'hashedrekord 0.0.1' }])
  expect(scts).toHaveLength(1)
})

test('many signatures at once share one token and one certificate', async () => {
  const sealer = workshop.keyless()
  const bundles = await Promise.all(
    Array.from({ length: 20 }, (_, n) => sealer.sealMessage(Buffer.from(`content ${n}`))),
  )
  const requests = workshop.requests().map((line) => line.split(' ', 1)[0])
  const count = (service: string): number => requests.filter((name) => name === service).length
  expect({ tokens: count('identity'), certificates: count('fulcio'), entries: count('rekor') }).toEqual({
    tokens: 1,
    certificates: 1,
    entries: 20,
  })
  const certificates = bundles.map(({ verificationMaterial: { content: material } }) =>
    material.$case === 'certificate' ? material.certificate.rawBytes.toString('hex') : '',
  )
  expect(new Set(certificates).size).toBe(1)
})

test('content in pieces is read once, in order, and its bundle says the digest of the whole', async () => {
  let readings = 0
  async function* pieces(): AsyncGenerator<Buffer> {
    readings++
    yield content.subarray(0, 5)
    yield content.subarray(5)
  }
  const bundle = await workshop.keyless().sealMessage(pieces())
  expect(readings).toBe(1)
  expect(await judgedElsewhere(bundle, content)).toBeDefined()
})

test('content that breaks off while it is read is not signed, and nobody is asked for anything', async () => {
  function* broken(): Generator<Buffer> {
    yield content
    throw new Error('the disk is gone')
  }
  await expect(workshop.keyless().sealMessage(broken())).rejects.toThrow('the disk is gone')
  expect(workshop.requests()).toEqual([])
})

test.each(algorithms.filter(({ rekorV1 }) => rekorV1.includes('hashedrekord')))(
  "a certificate may be for a key of one's own: $name",
  async (algorithm) => {
    const signer = generateSigner(algorithm)
    const bundle = await workshop.keyless({ signer }).sealMessage(content)
    expect(bundle.verificationMaterial.content.$case).toBe('certificate')
    expect(workshop.steps.at(-1)).toBe('check')
  },
)
