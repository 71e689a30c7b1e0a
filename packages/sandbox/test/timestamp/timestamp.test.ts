import { spawnSync } from 'node:child_process'
import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SignedData } from '@peculiar/asn1-cms'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { MessageImprint, TimeStampReq, TimeStampReqVersion, TimeStampResp, TSTInfo } from '@peculiar/asn1-tsp'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Lie, Sandbox } from '../../src/index.ts'
import { call, messageOf, openSandbox, post, type Reply } from '../client.ts'

// That tokens verify is shown in bundle.test.ts as well, by a verifier that is not ours.

const OPENSSL = 'openssl'
const hasOpenssl = spawnSync(OPENSSL, ['version']).status === 0

const OIDS = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const
const SHA1 = '1.3.14.3.2.26'

function makeRequest(algorithm: string, digest: Uint8Array, more: Partial<TimeStampReq> = {}): Buffer {
  const messageImprint = new MessageImprint({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm }),
    hashedMessage: new OctetString(digest),
  })
  return Buffer.from(
    AsnConvert.serialize(new TimeStampReq({ version: TimeStampReqVersion.v1, messageImprint, ...more })),
  )
}

function send(sandbox: Sandbox, body: Buffer): Promise<Reply> {
  return call(sandbox.urls.timestamp, {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': 'application/timestamp-query' },
  })
}

function read(reply: Reply): { info: TSTInfo; certificates: number; status: number } {
  expect(reply.status).toBe(200)
  const response = AsnConvert.parse(reply.bytes, TimeStampResp)
  const data = AsnConvert.parse(response.timeStampToken?.content ?? new ArrayBuffer(0), SignedData)
  const info = AsnConvert.parse(data.encapContentInfo.eContent?.single?.buffer ?? new ArrayBuffer(0), TSTInfo)
  return { info, certificates: data.certificates?.length ?? 0, status: response.status.status }
}

test.for(['sha256', 'sha384', 'sha512'] as const)('a %s digest is stamped with the time of the clock', async (hash) => {
  const now = new Date('2030-05-06T07:08:09.876Z')
  const sandbox = await openSandbox({ now: () => now })
  const digest = createHash(hash).update('x').digest()
  const { info, certificates, status } = read(await send(sandbox, makeRequest(OIDS[hash], digest)))
  expect(status).toBe(0)
  expect(info.genTime.toISOString()).toBe('2030-05-06T07:08:09.000Z')
  expect(info.messageImprint.hashAlgorithm.algorithm).toBe(OIDS[hash])
  expect(Buffer.from(info.messageImprint.hashedMessage.buffer)).toEqual(digest)
  expect(certificates).toBe(0)
  expect(info.nonce).toBeUndefined()
})

test('the certificate comes only when it is asked for', async () => {
  const sandbox = await openSandbox()
  expect(read(await send(sandbox, makeRequest(OIDS.sha256, randomBytes(32), { certReq: true }))).certificates).toBe(1)
})

test('a nonce comes back octet for octet', async () => {
  const sandbox = await openSandbox()
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: 0n, max: 2n ** 127n }), async (value) => {
      const hex = value.toString(16)
      const octets = Buffer.from(`00${hex.padStart(hex.length + (hex.length % 2), '0')}`, 'hex')
      const nonce = new Uint8Array((octets[1] ?? 0) >= 0x80 ? octets : octets.subarray(1)).buffer
      const { info } = read(await send(sandbox, makeRequest(OIDS.sha256, randomBytes(32), { nonce })))
      expect(Buffer.from(info.nonce ?? new ArrayBuffer(0))).toEqual(Buffer.from(nonce))
    }),
    { numRuns: 25 },
  )
})

test('the JSON form works, with a nonce of more digits than a double holds', async () => {
  const sandbox = await openSandbox()
  const artifactHash = randomBytes(48).toString('base64')
  const body = `{"artifactHash":"${artifactHash}","hashAlgorithm":"SHA384","certificates":true,"nonce":123456789012345678901234567890}`
  const { info, certificates } = read(await post(sandbox.urls.timestamp, body))
  expect(BigInt(`0x${Buffer.from(info.nonce ?? new ArrayBuffer(0)).toString('hex')}`)).toBe(
    123456789012345678901234567890n,
  )
  expect([certificates, info.messageImprint.hashAlgorithm.algorithm]).toEqual([1, OIDS.sha384])
})

test.for([{ toString: 1 }, ['sha256'], 256, null, '', undefined])(
  'a JSON request whose hash algorithm is %j is refused, not a failure',
  async (hashAlgorithm) => {
    const sandbox = await openSandbox()
    const request = { artifactHash: randomBytes(32).toString('base64'), hashAlgorithm }
    expect((await post(sandbox.urls.timestamp, request)).status).toBe(400)
  },
)

test('the chain is leaf, intermediate and root, for time stamping alone', async () => {
  const sandbox = await openSandbox()
  const [leaf, intermediate, root] = await chainOf(sandbox)
  expect(leaf?.keyUsage).toEqual(['1.3.6.1.5.5.7.3.8'])
  expect(leaf?.checkIssued(intermediate as X509Certificate)).toBe(true)
  expect(intermediate?.checkIssued(root as X509Certificate)).toBe(true)
})

async function chainOf(sandbox: Sandbox): Promise<X509Certificate[]> {
  const text = (await call(`${sandbox.urls.timestamp}/certchain`)).bytes.toString()
  return (text.match(/-----BEGIN[^]+?END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem))
}

test('the signed attributes stand in DER order, so that whoever encodes them anew gets the signed bytes', async () => {
  const sandbox = await openSandbox()
  const { bytes } = await send(sandbox, makeRequest(OIDS.sha256, randomBytes(32)))
  const token = AsnConvert.parse(bytes, TimeStampResp).timeStampToken?.content ?? new ArrayBuffer(0)
  const attributes = AsnConvert.parse(token, SignedData).signerInfos[0]?.signedAttrs ?? []
  const encoded = attributes.map((attribute) => Buffer.from(AsnConvert.serialize(attribute)).toString('hex'))
  expect(encoded).toHaveLength(4)
  expect(encoded).toEqual(encoded.toSorted())
})

test('the signed attributes name the certificate by its hash and its serial number', async () => {
  const sandbox = await openSandbox()
  const [leaf] = await chainOf(sandbox)
  const { bytes } = await send(sandbox, makeRequest(OIDS.sha256, randomBytes(32)))
  const serial = Buffer.from(leaf?.serialNumber ?? '', 'hex')
  expect(
    bytes.includes(
      createHash('sha256')
        .update(leaf?.raw ?? '')
        .digest(),
    ),
  ).toBe(true)
  // once to identify the signer, once in ESSCertIDv2
  expect(bytes.toString('hex').split(`0214${serial.toString('hex')}`)).toHaveLength(3)
})

test.runIf(hasOpenssl)(
  'openssl verifies a token for its request, and for no other (only where there is openssl)',
  async () => {
    const sandbox = await openSandbox()
    const at = (name: string): string => join(sandbox.directory, name)
    writeFileSync(at('chain.pem'), (await chainOf(sandbox)).join(''))
    const requests = [1, 2].map((one) =>
      makeRequest(OIDS.sha512, randomBytes(64), { certReq: true, nonce: Uint8Array.of(one).buffer }),
    )
    for (const [index, request] of requests.entries()) writeFileSync(at(`${index}.tsq`), request)
    writeFileSync(at('0.tsr'), (await send(sandbox, requests[0] ?? Buffer.alloc(0))).bytes)
    const verify = (query: string): number | null =>
      spawnSync(OPENSSL, ['ts', '-verify', '-in', at('0.tsr'), '-queryfile', at(query), '-CAfile', at('chain.pem')])
        .status
    expect([verify('0.tsq'), verify('1.tsq')]).toEqual([0, 1])
  },
)

test.for([
  ['SHA-1', makeRequest(SHA1, randomBytes(20))],
  ['a digest that is too short', makeRequest(OIDS.sha256, randomBytes(31))],
  ['another policy', makeRequest(OIDS.sha256, randomBytes(32), { reqPolicy: '1.2.3' })],
  ['a huge nonce', makeRequest(OIDS.sha256, randomBytes(32), { nonce: new Uint8Array(64).fill(1).buffer })],
  ['no content', Buffer.alloc(0)],
  ['something that is not DER', Buffer.from('hello')],
] as const)('a request with %s is refused', async ([, body]) => {
  const sandbox = await openSandbox()
  expect((await send(sandbox, body)).status).toBe(400)
})

test('any bytes at all are answered, never with a failure of the server', async () => {
  const sandbox = await openSandbox()
  const good = makeRequest(OIDS.sha256, randomBytes(32), { certReq: true, nonce: Uint8Array.of(1, 2).buffer })
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
      const bytes = Buffer.from(good)
      bytes[place] = (bytes[place] ?? 0) ^ change
      expect([200, 400]).toContain((await send(sandbox, bytes)).status)
    }),
    { numRuns: 150 },
  )
})

test.for([
  '{',
  '[]',
  '{}',
  '{"artifactHash":"AA==","hashAlgorithm":"sha256"}',
  '{"hashAlgorithm":"md5","artifactHash":"AA=="}',
  `{"nonce":1.5}`,
  `{"nonce":-1}`,
])('the JSON request %s is refused', async (body) => {
  const sandbox = await openSandbox()
  expect((await post(sandbox.urls.timestamp, body)).status).toBe(400)
})

test('a request that is too large is refused before it is parsed', async () => {
  const sandbox = await openSandbox()
  expect(messageOf(await send(sandbox, Buffer.alloc(100_000)))).toBe('the timestamp request is too large')
})

test('another content type is refused', async () => {
  const sandbox = await openSandbox()
  expect((await post(sandbox.urls.timestamp, '{}', { 'content-type': 'text/plain' })).status).toBe(415)
})

test.for(['wrong-nonce', 'wrong-imprint', 'expired'] as const)('the lie %s is seen in the token', async (lie: Lie) => {
  const sandbox = await openSandbox({ faults: { timestamp: { lie } } })
  const digest = randomBytes(32)
  const { info } = read(await send(sandbox, makeRequest(OIDS.sha256, digest, { nonce: Uint8Array.of(7).buffer })))
  const wrong = {
    'wrong-nonce': !Buffer.from(info.nonce ?? new ArrayBuffer(0)).equals(Buffer.of(7)),
    'wrong-imprint': !Buffer.from(info.messageImprint.hashedMessage.buffer).equals(digest),
    expired: info.genTime.getTime() < Date.now() - 1e9,
  }
  expect(wrong).toEqual({ 'wrong-nonce': false, 'wrong-imprint': false, expired: false, [lie]: true })
})
