import { expect, test } from 'vitest'
import { startDeadline } from '../../src/net/index.ts'
import { createEntry } from '../../src/rekor/signing.ts'
import { generateSigner } from '../../src/keys/signing.ts'
import { type Handler, serve } from '../net/server.ts'

const uuid = '0123456789abcdef'.repeat(5)
const proof = {
  logIndex: 3,
  treeSize: 9,
  rootHash: 'aa'.repeat(32),
  hashes: ['bb'.repeat(32)],
  checkpoint: 'a checkpoint',
}
const entry = {
  body: Buffer.from(JSON.stringify({ apiVersion: '0.0.1', kind: 'hashedrekord', spec: {} })).toString('base64'),
  integratedTime: 1_700_000_000,
  logID: 'cc'.repeat(32),
  logIndex: 25_579,
  verification: { inclusionProof: proof, signedEntryTimestamp: 'c2ln' },
}
const { algorithm, publicKey } = generateSigner()
const content = { kind: 'message', digest: Buffer.alloc(32), hash: 'sha256' } as const
const signed = { signature: Buffer.from('s'), algorithm, content }
const create = (url: string): ReturnType<typeof createEntry> =>
  createEntry({ url, version: 1, signed, verifier: { publicKey }, logs: [], deadline: startDeadline(10_000) })
const answering =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))

test('an entry comes back in the form that bundles carry', async () => {
  const { url, requests } = await serve(answering(201, { [uuid]: entry }))
  expect(await create(`${url}/`)).toEqual({
    logIndex: '25579',
    logId: { keyId: Buffer.alloc(32, 0xcc) },
    kindVersion: { kind: 'hashedrekord', version: '0.0.1' },
    integratedTime: '1700000000',
    inclusionPromise: { signedEntryTimestamp: Buffer.from('sig') },
    inclusionProof: {
      logIndex: '3',
      treeSize: '9',
      rootHash: Buffer.alloc(32, 0xaa),
      hashes: [Buffer.alloc(32, 0xbb)],
      checkpoint: { envelope: 'a checkpoint' },
    },
    canonicalizedBody: Buffer.from(entry.body, 'base64'),
  })
  expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual(['POST /api/v1/log/entries'])
})

test('an equal entry is fetched by its name from the log itself, wherever the answer points', async () => {
  const elsewhere = await serve(answering(200, { [uuid]: entry }))
  const { url, requests } = await serve((request, response, count) =>
    request.method === 'POST'
      ? answering(409, '', { location: `${elsewhere.url}/api/v1/log/entries/${uuid}` })(request, response, count)
      : answering(200, { [uuid]: entry })(request, response, count),
  )
  expect((await create(url)).logIndex).toBe('25579')
  expect(requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
    'POST /api/v1/log/entries',
    `GET /api/v1/log/entries/${uuid}`,
  ])
  expect(elsewhere.requests).toHaveLength(0)
})

test('an equal entry that is named in the message only, and not yet to be had, is waited for', async () => {
  const message = `an equivalent entry already exists in the transparency log with UUID ${uuid.slice(16)}`
  const { url } = await serve((request, response, count) =>
    answering(request.method === 'POST' ? 409 : count < 4 ? 404 : 200, count < 4 ? { message } : { [uuid]: entry })(
      request,
      response,
      count,
    ),
  )
  expect((await create(url)).logIndex).toBe('25579')
})

test.each([{}, { location: '/api/v1/log/entries/../../../secret' }, { location: 'x' }])(
  'a conflict without a usable name is an error: %j',
  async (headers) => {
    const { url, requests } = await serve(answering(409, { message: 'no' }, headers))
    await expect(create(url)).rejects.toMatchObject({
      code: 'SERVICE_ANSWER_INVALID',
      message: expect.stringContaining('equal entry'),
    })
    expect(requests).toHaveLength(1)
  },
)

const without = (name: string): object => ({ [uuid]: { ...entry, [name]: undefined } })
test.each([
  ['nothing', ''],
  ['no entry', {}],
  ['two entries', { [uuid]: entry, ['f'.repeat(80)]: entry }],
  ['an entry without a UUID', { name: entry }],
  ['an entry that is a list', { [uuid]: [] }],
  ['an entry with more in it than an entry has', { [uuid]: { ...entry, more: 1 } }],
  ['no body', without('body')],
  ['no verification', without('verification')],
  ['no proof', { [uuid]: { ...entry, verification: { signedEntryTimestamp: 'c2ln' } } }],
  ['a body that is no base64', { [uuid]: { ...entry, body: '***' } }],
  ['a body that is no JSON', { [uuid]: { ...entry, body: 'AAAA' } }],
  ['a negative index', { [uuid]: { ...entry, logIndex: -1 } }],
  ['a fraction as index', { [uuid]: { ...entry, logIndex: 1.5 } }],
  ['a log id that is no hex', { [uuid]: { ...entry, logID: 'zz' } }],
  [
    'a proof of 65 hashes',
    {
      [uuid]: {
        ...entry,
        verification: { ...entry.verification, inclusionProof: { ...proof, hashes: Array(65).fill('aa') } },
      },
    },
  ],
])('an answer with %s is refused', async (_, body) => {
  const { url } = await serve(answering(201, body))
  await expect(create(url)).rejects.toMatchObject({
    code: 'SERVICE_ANSWER_INVALID',
    message: expect.stringContaining('Rekor'),
  })
})

test("the log's refusal is told in its own words", async () => {
  const { url } = await serve(answering(400, { code: 400, message: 'error processing entry: verifying signature' }))
  await expect(create(url)).rejects.toMatchObject({
    code: 'SERVICE_REFUSED',
    found: '400: error processing entry: verifying signature',
  })
})
