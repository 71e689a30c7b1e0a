import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { algorithms, publicKeyHint } from '../../src/keys/index.ts'
import { generateSigner } from '../../src/keys/signing.ts'
import { openSealer, type SignedContent } from '../../src/seal/index.ts'
import { parseSigningConfig, selectServices } from '../../src/trust/index.ts'
import { verifyBundle, contentArtifact } from '../../src/verify/index.ts'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()
const content = Buffer.from('content of a file')
const payload = Buffer.from(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'a', digest: { sha256: '00'.repeat(32) } }],
    predicateType: 'https://example.test/predicate',
    predicate: {},
  }),
)
const inToto = 'application/vnd.in-toto+json'
/** What cosign writes for signing without log and timestamp. */
const nowhere = selectServices(
  parseSigningConfig(
    '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","rekorTlogConfig":{},"tsaConfig":{}}',
  ),
  new Date(),
)
const check = (): void => undefined

test.each(algorithms.filter(({ rekorV1 }) => rekorV1.includes('hashedrekord')))(
  'a file is signed by a managed key and logged: $name',
  async (algorithm) => {
    const signer = generateSigner(algorithm)
    const bundle = await workshop.byKey(signer).sealMessage(content)
    expect(new Set(workshop.requests().map((line) => line.split(' ', 1)[0]))).toEqual(new Set(['rekor', 'timestamp']))
    const { content: material, tlogEntries } = bundle.verificationMaterial
    expect(material).toEqual({ $case: 'publicKey', publicKey: { hint: publicKeyHint(signer.publicKey) } })
    expect(tlogEntries[0]?.kindVersion).toEqual({ kind: 'hashedrekord', version: '0.0.1' })
  },
)

test.each(algorithms.filter(({ rekorV1 }) => rekorV1.includes('dsse')))(
  'an envelope is signed by a managed key and logged: $name',
  async (algorithm) => {
    const bundle = await workshop.byKey(generateSigner(algorithm)).sealEnvelope(inToto, payload)
    expect(bundle.verificationMaterial.tlogEntries[0]?.kindVersion.kind).toBe('dsse')
    expect(workshop.requests()).toHaveLength(2)
  },
)

test.each(algorithms)('what the log does not take of $name is refused before anybody is asked', async (algorithm) => {
  const sealer = workshop.byKey(generateSigner(algorithm))
  if (!algorithm.rekorV1.includes('hashedrekord'))
    await expect(sealer.sealMessage(content)).rejects.toMatchObject({ code: 'KEY_UNSUPPORTED' })
  if (!algorithm.rekorV1.includes('dsse'))
    await expect(sealer.sealEnvelope(inToto, payload)).rejects.toMatchObject({ code: 'KEY_UNSUPPORTED' })
  expect(workshop.requests()).toEqual([])
})

test.each(algorithms)(
  'without log and timestamp authority a key signs offline, without a trusted root: $name',
  async (algorithm) => {
    const signer = generateSigner(algorithm)
    const sealer = openSealer({ signer, services: nowhere, check })
    const message = await sealer.sealMessage([content.subarray(0, 3), content.subarray(3)])
    const envelope = await sealer.sealEnvelope(inToto, payload)
    const trust = { key: signer.publicKey }
    const artifact = contentArtifact(() => [content])
    expect(verifyBundle(message, artifact, trust, { now: new Date() })).toMatchObject({ signed: true, failures: [] })
    expect(verifyBundle(envelope, undefined, trust, { now: new Date() })).toMatchObject({ signed: true, failures: [] })
    expect(message.verificationMaterial).toMatchObject({ tlogEntries: [], timestampVerificationData: undefined })
    expect(workshop.requests()).toEqual([])
  },
)

test('the check gets the digest, and the content too where a digest is not enough', async () => {
  const seen: (SignedContent | undefined)[] = []
  for (const algorithm of algorithms) {
    const sealer = openSealer({
      signer: generateSigner(algorithm),
      services: nowhere,
      check: (_, signed) => void seen.push(signed),
    })
    await sealer.sealMessage([content.subarray(0, 3), content.subarray(3)])
    expect(seen.at(-1)).toEqual({
      hash: algorithm.digest,
      digest: hash(algorithm.digest, content, 'buffer'),
      content: algorithm.hash === undefined ? content : undefined,
    })
  }
})

test('the same content signed twice by an RSA key is one entry: the log names the first and it is fetched', async () => {
  const rsa = algorithms.find(({ name }) => name === 'rsa-pkcs1-2048-sha256')
  const sealer = workshop.byKey(generateSigner(rsa))
  const first = await sealer.sealMessage(content)
  workshop.requests()
  const second = await sealer.sealMessage(content)
  expect(workshop.requests().filter((line) => line.startsWith('rekor'))).toEqual(['rekor POST 409', 'rekor GET 200'])
  const index = ({ verificationMaterial: { tlogEntries } }: typeof first): unknown => tlogEntries[0]?.logIndex
  expect(index(second)).toBe(index(first))
})

test('services without a trusted root are refused: their answers could not be checked', () => {
  expect(() => openSealer({ signer: generateSigner(), services: workshop.services, check })).toThrow(
    expect.objectContaining({ code: 'TRUST_INVALID' }),
  )
})

test('an identity without a certificate authority is refused', () => {
  const { trustedRoot } = workshop
  expect(() => openSealer({ identity: workshop.identity(), services: nowhere, trustedRoot, check })).toThrow(
    expect.objectContaining({ code: 'SIGNING_CONFIG_INVALID' }),
  )
})

test('neither a key nor an identity is refused', () => {
  expect(() => openSealer({ services: nowhere, check })).toThrow(expect.objectContaining({ code: 'USAGE' }))
})

test('a log that the trusted root lists twice is believed in either of its periods', async () => {
  const { trustedRoot } = workshop
  const ended = { start: new Date('2020-01-01T00:00:00Z'), end: new Date('2021-01-01T00:00:00Z') }
  const old = trustedRoot.transparencyLogs.map((log) => ({ ...log, validFor: ended }))
  const sign = (transparencyLogs: typeof trustedRoot.transparencyLogs): Promise<unknown> =>
    workshop.byKey(generateSigner(), { trustedRoot: { ...trustedRoot, transparencyLogs } }).sealMessage(content)
  await expect(sign([...old, ...trustedRoot.transparencyLogs])).resolves.toBeDefined()
  await expect(sign(old)).rejects.toThrow()
})
