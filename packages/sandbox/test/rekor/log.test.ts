import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import {
  base64,
  call,
  chainOf,
  askCertificate,
  DEV,
  makePair,
  messageOf,
  read,
  shownIn,
  openSandbox,
  pemOf,
  propose,
  proposeEnvelope,
  proposeHash,
} from '../client.ts'

const ENTRIES = '/api/v1/log/entries'

async function treeSize(sandbox: Sandbox): Promise<number> {
  return read<{ treeSize: number }>(await call(`${sandbox.urls.rekor}/api/v1/log`)).treeSize
}

test('a signature over a digest is logged in the canonical form of the public log', async () => {
  const sandbox = await openSandbox()
  const pair = makePair()
  const entry = proposeHash(pair, 'sha256', `\r\n${pemOf(pair.publicKey).replaceAll('\n', '\r\n')}`)
  const reply = await propose(sandbox, entry)
  expect(reply.status).toBe(201)
  const { id, text } = shownIn(reply)
  expect(reply.headers.get('etag')).toBe(id)
  expect(reply.headers.get('location')).toBe(`${new URL(sandbox.urls.rekor).pathname}${ENTRIES}/${id}`)
  const { data, signature } = entry.spec
  expect(text).toBe(
    `{"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":"${data.hash.value}"}},` +
      `"signature":{"content":"${signature.content}","publicKey":{"content":"${base64(pemOf(pair.publicKey))}"}}}}`,
  )
})

test('an envelope is logged by its hashes and its signatures, sorted', async () => {
  const sandbox = await openSandbox()
  const pairs = [makePair(), generateKeyPairSync('ed25519'), makePair('P-384')]
  const entry = proposeEnvelope(pairs)
  const { envelope, verifiers } = entry.spec.proposedContent
  const reply = await propose(sandbox, entry)
  expect(reply.status).toBe(201)
  const body: unknown = JSON.parse(shownIn(reply).text)
  const { payload, signatures } = JSON.parse(envelope)
  const hash = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
  expect(body).toEqual({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: hash(envelope) },
      payloadHash: { algorithm: 'sha256', value: hash(Buffer.from(payload, 'base64')) },
      signatures: signatures
        .map(({ sig }: { sig: string }, index: number) => ({ signature: sig, verifier: verifiers[index] }))
        .toSorted((a: { signature: string }, b: { signature: string }) => (a.signature < b.signature ? -1 : 1)),
    },
  })
})

test('promise, checkpoint and log id are signed by the published key', async () => {
  const sandbox = await openSandbox()
  const reply = await propose(sandbox, proposeHash())
  const { body, integratedTime, logID, logIndex, verification } = shownIn(reply)
  const key = createPublicKey((await call(`${sandbox.urls.rekor}/api/v1/log/publicKey`)).bytes.toString())
  const spki = key.export({ type: 'spki', format: 'der' })
  expect(logID).toBe(createHash('sha256').update(spki).digest('hex'))
  const promised = JSON.stringify({ body, integratedTime, logID, logIndex })
  expect(verify('sha256', Buffer.from(promised), key, Buffer.from(verification.signedEntryTimestamp, 'base64'))).toBe(
    true,
  )
  const [text = '', signature = ''] = verification.inclusionProof.checkpoint.split('\n\n')
  const bytes = Buffer.from(signature.trim().split(' ')[2] ?? '', 'base64')
  expect(bytes.subarray(0, 4).toString('hex')).toBe(logID.slice(0, 8))
  expect(verify('sha256', Buffer.from(`${text}\n`), key, bytes.subarray(4))).toBe(true)
  expect(text.split('\n')[0]).toMatch(/^sealwax-sandbox-not-for-production - \d+$/)
  expect(Buffer.from(text.split('\n')[2] ?? '', 'base64').toString('hex')).toBe(verification.inclusionProof.rootHash)
})

test('an equivalent entry is a conflict that names the first one', async () => {
  const sandbox = await openSandbox()
  const entry = proposeHash()
  const first = await propose(sandbox, entry)
  const second = await propose(sandbox, entry)
  expect(second.status).toBe(409)
  expect(second.headers.get('location')).toBe(first.headers.get('location'))
  const origin = new URL(sandbox.urls.rekor).origin
  expect((await call(origin + second.headers.get('location'))).status).toBe(200)
  expect(await treeSize(sandbox)).toBe(1)
})

test('entries are found by index, by UUID and by UUID with the tree, and their proofs grow with the log', async () => {
  const sandbox = await openSandbox()
  const ids = []
  for (let count = 0; count < 5; count++) ids.push(shownIn(await propose(sandbox, proposeHash())).id)
  const base = sandbox.urls.rekor + ENTRIES
  for (const [index, id] of ids.entries()) {
    for (const place of [`${base}?logIndex=${index}`, `${base}/${id}`, `${base}/${id.slice(16)}`]) {
      const entry = shownIn(await call(place))
      expect(entry.id).toBe(id)
      expect(entry.logIndex).toBe(index)
      expect(entry.verification.inclusionProof.treeSize).toBe(5)
    }
  }
  expect((await call(`${base}?logIndex=5`)).status).toBe(404)
  expect((await call(`${base}/${'0'.repeat(64)}`)).status).toBe(404)
  for (const odd of ['?logIndex=-1', '?logIndex=x', '', '/zz', `/${'0'.repeat(65)}`])
    expect((await call(base + odd)).status).toBe(422)
})

test.for([
  ['P-384', 'sha384', () => makePair('P-384')],
  ['P-521', 'sha512', () => makePair('P-521')],
  ['RSA 3072', 'sha256', () => generateKeyPairSync('rsa', { modulusLength: 3072 })],
] as const)(
  'a digest signed with %s is accepted, and refused when the signature is altered',
  async ([, hash, make]) => {
    const sandbox = await openSandbox()
    const entry = proposeHash(make(), hash)
    expect((await propose(sandbox, entry)).status).toBe(201)
    const bytes = Buffer.from(entry.spec.signature.content, 'base64')
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    entry.spec.signature.content = bytes.toString('base64')
    expect((await propose(sandbox, entry)).status).toBe(400)
  },
)

test.for([
  ['a hash that does not go with the key', () => proposeHash(makePair('P-384'), 'sha256')],
  ['RSA 1024', () => proposeHash(generateKeyPairSync('rsa', { modulusLength: 1024 }))],
  ['secp256k1', () => proposeHash(makePair('secp256k1'))],
  ['another key', () => proposeHash(makePair(), 'sha256', pemOf(makePair().publicKey))],
  ['a key that is no PEM', () => proposeHash(makePair(), 'sha256', 'hello')],
  [
    'text after the PEM',
    () =>
      (({ publicKey, privateKey }) => proposeHash({ publicKey, privateKey }, 'sha256', `${pemOf(publicKey)}x`))(
        makePair(),
      ),
  ],
  ['an envelope signed with secp256k1', () => proposeEnvelope([makePair('secp256k1')])],
  ['an envelope signed with Ed448', () => proposeEnvelope([generateKeyPairSync('ed448')])],
  ['an envelope whose signature no key verifies', () => proposeEnvelope([makePair()], [makePair()])],
  ['an envelope with one key too few', () => ((a, b) => proposeEnvelope([a, b], [a]))(makePair(), makePair())],
  ['an envelope with an idle key first', () => ((a, b) => proposeEnvelope([a], [b, a]))(makePair(), makePair())],
  ['an envelope without signatures', () => proposeEnvelope([], [makePair()])],
  ['a version that does not exist', () => ({ ...proposeHash(), apiVersion: '0.0.2' })],
  ['no spec', () => ({ apiVersion: '0.0.1', kind: 'dsse' })],
  ['an empty spec', () => ({ apiVersion: '0.0.1', kind: 'hashedrekord', spec: {} })],
  ['a list', () => []],
] as const)('an entry with %s is refused with 400 and not logged', async ([, make]) => {
  const sandbox = await openSandbox()
  const reply = await propose(sandbox, make())
  expect(reply.status).toBe(400)
  expect(messageOf(reply)).toMatch(/./)
  expect(await treeSize(sandbox)).toBe(0)
})

test('another payload under the same signature is refused', async () => {
  const sandbox = await openSandbox()
  const entry = proposeEnvelope([makePair()])
  const envelope = JSON.parse(entry.spec.proposedContent.envelope)
  entry.spec.proposedContent.envelope = JSON.stringify({ ...envelope, payload: base64('{"ä":2}') })
  expect((await propose(sandbox, entry)).status).toBe(400)
})

test('an unknown kind of entry gets 422, as from the public log', async () => {
  const sandbox = await openSandbox()
  expect((await propose(sandbox, { ...proposeHash(), kind: 'rpm' })).status).toBe(422)
})

test('an entry may be verified by a certificate', async () => {
  const sandbox = await openSandbox()
  const pair = makePair()
  const [leaf] = chainOf(await askCertificate(sandbox, DEV, { pair }))
  const reply = await propose(sandbox, proposeHash(pair, 'sha256', leaf.toString()))
  expect(reply.status).toBe(201)
  expect((await propose(sandbox, proposeHash(makePair(), 'sha256', leaf.toString()))).status).toBe(400)
})

test('the lies are seen in the answer', async () => {
  const sandbox = await openSandbox()
  await propose(sandbox, proposeHash())
  const entry = proposeHash()
  sandbox.faults = { rekor: { lie: 'wrong-entry' } }
  const body = shownIn(await propose(sandbox, entry)).text
  expect(body).not.toContain(entry.spec.data.hash.value)
  expect(body).toContain(entry.spec.signature.content)
})

test('a hash that is not the one of the key is refused for that reason', async () => {
  const sandbox = await openSandbox()
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  for (const entry of [proposeHash(makePair('P-384')), proposeHash(makePair(), 'sha512'), proposeHash(rsa, 'sha384')]) {
    expect(messageOf(await propose(sandbox, entry))).toBe('error processing entry: entry algorithms are not allowed')
  }
})

test.for([
  ['P-256', () => makePair()],
  ['RSA 2048', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
] as const)('a good signature of kind %s over another digest is refused', async ([, make]) => {
  const sandbox = await openSandbox()
  const pair = make()
  const entry = proposeHash(pair)
  entry.spec.data.hash.value = proposeHash(pair).spec.data.hash.value
  expect(messageOf(await propose(sandbox, entry))).toBe(
    'error processing entry: verifying signature: invalid signature',
  )
})

test('base64 that is not written as the standard has it is refused', async () => {
  const sandbox = await openSandbox()
  for (const spoil of [(text: string) => `${text}=`, (text: string) => ` ${text}`, (text: string) => `${text}!`]) {
    const entry = proposeHash()
    entry.spec.signature.content = spoil(entry.spec.signature.content)
    expect(messageOf(await propose(sandbox, entry))).toBe('signature.content is not base64')
  }
})

test('under the lie wrong-key the log keeps its id, under wrong-log-key it is a log with another', async () => {
  const sandbox = await openSandbox()
  const own = shownIn(await propose(sandbox, proposeHash())).logID
  sandbox.faults = { rekor: { lie: 'wrong-key' } }
  expect(shownIn(await propose(sandbox, proposeHash())).logID).toBe(own)
  sandbox.faults = { rekor: { lie: 'wrong-log-key' } }
  const { logID, verification } = shownIn(await propose(sandbox, proposeHash()))
  expect(logID).not.toBe(own)
  const signature = verification.inclusionProof.checkpoint.trim().split(' ').at(-1) ?? ''
  expect(logID.slice(0, 8)).toBe(Buffer.from(signature, 'base64').subarray(0, 4).toString('hex'))
})
