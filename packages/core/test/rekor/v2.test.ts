import { createPublicKey, hash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Bundle, parseBundle } from '../../src/bundle/index.ts'
import { preAuthEncoding } from '../../src/encoding/index.ts'
import { algorithmOf, algorithms } from '../../src/keys/index.ts'
import { generateSigner, type Signer } from '../../src/keys/signing.ts'
import { startDeadline } from '../../src/net/index.ts'
import { leafHash } from '../../src/rekor/index.ts'
import { createEntry } from '../../src/rekor/signing.ts'
import { recordProposal } from '../../src/rekor/v2/proposal.ts'
import { openWorkshop } from '../seal/workshop.ts'
import { type Handler, serve } from '../net/server.ts'

const workshop = openWorkshop()
const content = Buffer.from('content of a file')
const inToto = 'application/vnd.in-toto+json'
const payload = Buffer.from(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'a', digest: { sha256: '00'.repeat(32) } }],
    predicateType: 'https://example.test/predicate',
    predicate: {},
  }),
)

/** Those of which the digest can be signed. */
const prehashing = algorithms.filter(({ hash: name }) => name !== undefined)
const entryOf = ({ verificationMaterial: { tlogEntries } }: Bundle) =>
  tlogEntries[0] as NonNullable<(typeof tlogEntries)[0]>
const onRekor2 = (): string[] => workshop.requests().filter((line) => line.startsWith('rekor2'))

function sealer(signer: Signer = generateSigner()): ReturnType<typeof workshop.byKey> {
  return workshop.byKey(signer, { services: workshop.services2 })
}

test.each(['rekor2-happy-path', 'rekor2-dsse-happy-path'])(
  'the body that is expected of the log is, byte for byte, what the public log made: %s',
  (name) => {
    const file = new URL(`../vectors/sigstore-conformance/${name}.json`, import.meta.url)
    const bundle = parseBundle(readFileSync(file))
    const { content: material } = bundle.verificationMaterial
    if (material.$case !== 'certificate') throw new Error('another bundle')
    const certificate = material.certificate.rawBytes
    const algorithm = algorithmOf(
      createPublicKey(new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'pem' })),
    )
    const signed =
      bundle.content.$case === 'messageSignature'
        ? {
            signature: bundle.content.messageSignature.signature,
            content: {
              kind: 'message' as const,
              hash: 'sha256' as const,
              digest: bundle.content.messageSignature.messageDigest?.digest ?? Buffer.of(),
            },
          }
        : {
            signature: bundle.content.dsseEnvelope.signatures[0]?.sig ?? Buffer.of(),
            content: { kind: 'envelope' as const, ...bundle.content.dsseEnvelope },
          }
    const { body, request } = recordProposal({ ...signed, algorithm }, { certificate })
    expect(body.toString()).toBe(entryOf(bundle).canonicalizedBody.toString())
    expect(JSON.parse(request)).toMatchObject({
      hashedRekordRequestV002: { signature: { content: expect.any(String) } },
    })
  },
)

test('a keyless message and a keyless envelope are logged, and verify', async () => {
  const keyless = workshop.keyless({ services: workshop.services2 })
  const message = await keyless.sealMessage(content)
  expect(entryOf(message)).toMatchObject({
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    integratedTime: '0',
    inclusionPromise: undefined,
  })
  const envelope = await keyless.sealEnvelope(inToto, payload)
  const spec = JSON.parse(entryOf(envelope).canonicalizedBody.toString()).spec.hashedRekordV002
  expect(spec.data).toEqual({
    algorithm: 'SHA2_256',
    digest: hash('sha256', preAuthEncoding(inToto, payload), 'base64'),
  })
  expect(spec.signature.verifier).toEqual({
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    x509Certificate: { rawBytes: expect.any(String) },
  })
  expect(onRekor2()).toEqual(['rekor2 POST 201', 'rekor2 POST 201'])
})

test.each(prehashing)('a managed key is logged as a public key with its algorithm: $name', async (algorithm) => {
  const signer = generateSigner(algorithm)
  for (const bundle of [
    await sealer(signer).sealMessage(content),
    await sealer(signer).sealEnvelope(inToto, payload),
  ]) {
    const { verifier } = JSON.parse(entryOf(bundle).canonicalizedBody.toString()).spec.hashedRekordV002.signature
    expect(verifier.publicKey.rawBytes).toBe(
      signer.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    )
    expect(verifier.keyDetails).toMatch(/^PKIX_(ECDSA_P\d+_SHA_\d+|RSA_PKCS1V15_\d+_SHA256)$/)
  }
})

test('an Ed25519 key, whose signature cannot be checked from a digest, is refused before anybody is asked', async () => {
  const ed25519 = generateSigner(algorithms.find(({ name }) => name === 'ed25519'))
  for (const sealing of [sealer(ed25519).sealMessage(content), sealer(ed25519).sealEnvelope(inToto, payload)])
    await expect(sealing).rejects.toMatchObject({
      code: 'KEY_UNSUPPORTED',
      found: expect.stringContaining('API version 2'),
    })
  expect(workshop.requests()).toEqual([])
})

test('keyless with a log of version 2 and no timestamp authority is refused before anybody is asked', async () => {
  const services = { ...workshop.services2, timestampAuthorities: [] }
  expect(() => workshop.keyless({ services })).toThrow(
    expect.objectContaining({
      code: 'SIGNING_CONFIG_INVALID',
      expected: expect.stringContaining('whose entries bear no time'),
      hint: expect.stringContaining('nothing was published'),
    }),
  )
  await expect(workshop.byKey(generateSigner(), { services }).sealMessage(content)).resolves.toBeDefined()
})

test('after a lost answer the tree is read: one entry, one request that makes one', async () => {
  const { sandbox } = workshop
  sandbox.faults = { rekor2: { lostAnswer: true, times: 1 } }
  const first = await sealer().sealMessage(content)
  const lines = onRekor2()
  expect(lines.filter((line) => line.includes('POST'))).toHaveLength(1)
  expect(lines.filter((line) => line.includes('GET')).length).toBeGreaterThan(1)
  sandbox.faults = {}
  const next = await sealer().sealMessage(content)
  expect(Number(entryOf(next).logIndex)).toBe(Number(entryOf(first).logIndex) + 1)
})

test('an attempt that did nothing is repeated once the tree shows that it did nothing', async () => {
  workshop.sandbox.faults = { rekor2: { reset: true, times: 1 } }
  await expect(sealer().sealMessage(content)).resolves.toBeDefined()
  expect(onRekor2().at(-1)).toBe('rekor2 POST 201')
})

test('an equal entry is not made again: its proof comes from the tiles', async () => {
  const rsa = generateSigner(algorithms.find(({ name }) => name === 'rsa-pkcs1-2048-sha256'))
  const first = await sealer(rsa).sealMessage(content)
  for (let more = 0; more < 5; more++) await sealer().sealMessage(content)
  onRekor2()
  const second = await sealer(rsa).sealMessage(content)
  expect(onRekor2()).toEqual(['rekor2 POST 409', 'rekor2 GET 200', 'rekor2 GET 200'])
  expect(entryOf(second).logIndex).toBe(entryOf(first).logIndex)
  expect(entryOf(second).logId).toEqual(entryOf(first).logId)
  expect(Number(entryOf(second).inclusionProof?.treeSize)).toBeGreaterThan(
    Number(entryOf(first).inclusionProof?.treeSize),
  )
})

test.each([
  ['wrong-key', 'not signed by the log'],
  ['wrong-log-key', 'its log is not in the trusted root'],
  ['wrong-proof', 'proof does not lead to the root'],
  ['bad-proof', 'proof does not lead to the root'],
  ['wrong-entry', 'the entry of something else'],
  ['huge', 'cannot be used'],
] as const)('a lie of the log is caught when it is told: %s', async (lie, words) => {
  workshop.sandbox.faults = { rekor2: { lie } }
  await expect(sealer().sealMessage(content)).rejects.toMatchObject({
    code: 'SERVICE_ANSWER_INVALID',
    message: expect.stringContaining(words),
  })
})

// What no sandbox says.
const signer = generateSigner()
const signed = {
  signature: Buffer.from('s'),
  algorithm: signer.algorithm,
  content: { kind: 'message', hash: 'sha256', digest: Buffer.alloc(32) },
} as const
const verifier = { publicKey: signer.publicKey }
const proposed = recordProposal(signed, verifier)
const create = (url: string): ReturnType<typeof createEntry> =>
  createEntry({
    url,
    version: 2,
    signed,
    verifier,
    logs: workshop.trustedRoot.transparencyLogs,
    deadline: startDeadline(3_000),
  })
const answering =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
const proof = {
  logIndex: '0',
  treeSize: '1',
  rootHash: 'AAAA',
  hashes: [],
  checkpoint: { envelope: 'x\n1\nAAAA\n\n\u2014 x AAAAAAAA\n' },
}
const entry = { logIndex: '0', inclusionProof: proof, canonicalizedBody: proposed.body.toString('base64') }

test.each([
  ['nothing', ''],
  ['a list', []],
  ['no proof', { ...entry, inclusionProof: null }],
  ['no checkpoint', { ...entry, inclusionProof: { ...proof, checkpoint: null } }],
  ['another body', { ...entry, canonicalizedBody: Buffer.from('{}').toString('base64') }],
  ['more than an entry has', { ...entry, more: 1 }],
  ['a proof of 65 hashes', { ...entry, inclusionProof: { ...proof, hashes: Array(65).fill('AAAA') } }],
])('an answer with %s is refused', async (_, body) => {
  const { url } = await serve(answering(201, body))
  await expect(create(url)).rejects.toMatchObject({
    code: 'SERVICE_ANSWER_INVALID',
    message: expect.stringContaining('Rekor'),
  })
})

test('an entry without a log id is named after the log whose key is on its checkpoint, and an unknown one refused', async () => {
  const known = workshop.trustedRoot.transparencyLogs[1]
  const line = (hint: Uint8Array): string =>
    `\u2014 some ${Buffer.concat([hint, Buffer.alloc(64)]).toString('base64')}\n`
  const withLine = (text: string): object => ({
    ...entry,
    inclusionProof: { ...proof, checkpoint: { envelope: `some\n1\nAAAA\n\n${text}` } },
  })
  const good = await serve(answering(201, withLine(line(known?.checkpointHint ?? Buffer.alloc(4)))))
  expect((await create(good.url)).logId.keyId.toString('base64')).toBe(known?.id)
  const bad = await serve(answering(201, withLine(line(Buffer.alloc(4)))))
  await expect(create(bad.url)).rejects.toMatchObject({ message: expect.stringContaining('not in the trusted root') })
})

test('a frozen log says so, and the hint what to do', async () => {
  const { url, requests } = await serve(answering(405, 'This log has been frozen, please switch to the latest log.\n'))
  await expect(create(url)).rejects.toMatchObject({
    code: 'SERVICE_REFUSED',
    found: expect.stringContaining('frozen'),
    hint: expect.stringContaining('newer signing config'),
  })
  expect(requests).toHaveLength(1)
})

test.each([{}, { 'x-log-index': 'many' }, { 'x-log-index': '-1' }])(
  'a duplicate that is said to be nowhere is an error: %j',
  async (headers) => {
    const { url } = await serve(answering(409, { message: 'no' }, headers))
    await expect(create(url)).rejects.toMatchObject({
      code: 'SERVICE_ANSWER_INVALID',
      message: expect.stringContaining('does not say where'),
    })
  },
)

test('a duplicate that is something else at that place is an error', async () => {
  const checkpoint = `x\n1\n${leafHash(Buffer.from('else')).toString('base64')}\n\n\u2014 x AAAAAAAA\n`
  const { url } = await serve((request, response, count) => {
    if (request.method === 'POST') return answering(409, { message: 'x with index 0' })(request, response, count)
    response.end(request.url?.endsWith('checkpoint') ? checkpoint : leafHash(Buffer.from('else')))
  })
  await expect(create(url)).rejects.toMatchObject({
    code: 'SERVICE_ANSWER_INVALID',
    message: `Rekor at ${url}/api/v2/ says that it has an equal entry, and has another`,
    hint: expect.stringContaining('whoever runs that log'),
  })
})

test('a duplicate that the checkpoint does not cover yet is waited for, not longer than the deadline', async () => {
  const leaf = leafHash(proposed.body)
  const tree = (size: number): string => `x\n${size}\n${leaf.toString('base64')}\n\n\u2014 x AAAAAAAA\n`
  const grows = await serve((request, response, count) => {
    if (request.method === 'POST') return answering(409, '', { 'x-log-index': '0' })(request, response, count)
    response.end(request.url?.endsWith('checkpoint') ? tree(count < 4 ? 0 : 1) : leaf)
  })
  await expect(create(grows.url)).rejects.toMatchObject({ message: expect.stringContaining('not in the trusted root') })
  expect(grows.requests.length).toBe(5)
  const stands = await serve((request, response, count) => {
    if (request.method === 'POST') return answering(409, '', { 'x-log-index': '0' })(request, response, count)
    response.end(tree(0))
  })
  await expect(create(stands.url)).rejects.toMatchObject({ message: expect.stringContaining('does not cover') })
})

test('the entry of something else names the log that answered with it, and what to do', async () => {
  const { url } = await serve(answering(201, { ...entry, canonicalizedBody: Buffer.from('{}').toString('base64') }))
  await expect(create(url)).rejects.toMatchObject({
    message: `the answer of Rekor at ${url}/ is the entry of something else`,
    hint: expect.stringContaining('whoever runs that log'),
  })
})
