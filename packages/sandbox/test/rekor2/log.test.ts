import { createHash, createPublicKey, generateKeyPairSync, privateEncrypt, randomBytes, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { expect, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import { askCertificate, call, chainOf, DEV, makePair, messageOf, openSandbox, post, read } from '../client.ts'
import { headOf, loggedTile, logTile, proposeTile, sha256, spkiOf, type HashedRekordRequest } from './proposal.ts'

function logOf(sandbox: Sandbox): { baseUrl: string; publicKey: { rawBytes: string }; logId: { keyId: string } } {
  return JSON.parse(readFileSync(sandbox.files.trustedRoot, 'utf8')).tlogs[1]
}

test('a signature over a digest is logged in the canonical form of the public log', async () => {
  const sandbox = await openSandbox()
  const request = proposeTile()
  const entry = await loggedTile(sandbox, request)
  const { digest, signature } = request
  expect(Buffer.from(entry.canonicalizedBody, 'base64').toString()).toBe(
    `{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256","digest":"${digest}"},` +
      `"signature":{"content":"${signature.content}","verifier":{"keyDetails":"PKIX_ECDSA_P256_SHA_256",` +
      `"publicKey":{"rawBytes":"${signature.verifier.publicKey?.rawBytes}"}}}}}}`,
  )
  expect(entry).toMatchObject({
    logIndex: '0',
    logId: logOf(sandbox).logId,
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    integratedTime: '0',
    inclusionPromise: null,
    inclusionProof: { logIndex: '0', treeSize: '1', hashes: [] },
  })
})

test('the checkpoint is a signed note in the name of the host in the trusted root, not of the host that answers', async () => {
  const sandbox = await openSandbox()
  const { inclusionProof } = await loggedTile(sandbox)
  const { envelope } = inclusionProof.checkpoint
  const { baseUrl, publicKey, logId } = logOf(sandbox)
  const name = new URL(baseUrl).hostname
  expect(sandbox.urls.rekor2).not.toContain(name)
  const [text = '', line = ''] = envelope.split('\n\n')
  expect(headOf(text)).toEqual({ origin: name, size: 1, root: inclusionProof.rootHash })
  const signature = Buffer.from(line.replace(`— ${name} `, '').trim(), 'base64')
  const spki = Buffer.from(publicKey.rawBytes, 'base64')
  const id = sha256(`${name}\n`, Buffer.of(1), spki.subarray(-32))
  expect(signature.subarray(0, 4)).toEqual(id.subarray(0, 4))
  expect(logId.keyId).toBe(id.toString('base64'))
  const key = createPublicKey({ key: spki, type: 'spki', format: 'der' })
  expect(verify(null, Buffer.from(`${text}\n`), key, signature.subarray(4))).toBe(true)
  expect((await call(`${sandbox.urls.rekor2}/api/v2/checkpoint`)).bytes.toString()).toBe(envelope)
})

test('entries that come together wait for one checkpoint, and each has its own proof under it', async () => {
  const sandbox = await openSandbox()
  const entries = await Promise.all(Array.from({ length: 9 }, () => loggedTile(sandbox)))
  expect(entries.map(({ logIndex }) => Number(logIndex)).toSorted((a, b) => a - b)).toEqual([...Array(9).keys()])
  expect(new Set(entries.map(({ inclusionProof }) => inclusionProof.checkpoint.envelope)).size).toBeLessThan(9)
  for (const entry of entries) {
    const { rootHash, treeSize, hashes } = entry.inclusionProof
    const leaf = sha256(Buffer.of(0), Buffer.from(entry.canonicalizedBody, 'base64'))
    expect(rootFrom(leaf, Number(entry.logIndex), Number(treeSize), hashes)).toBe(rootHash)
  }
})

test('the same entry again is refused with its index, also while it is being logged', async () => {
  const sandbox = await openSandbox()
  await loggedTile(sandbox)
  const request = proposeTile()
  const replies = await Promise.all([logTile(sandbox, request), logTile(sandbox, request)])
  const again = [...replies, await logTile(sandbox, request)].filter(({ status }) => status === 409)
  expect(again).toHaveLength(2)
  for (const reply of again) {
    expect(reply.headers.get('x-log-index')).toBe('1')
    expect(read(reply)).toEqual({
      code: 6,
      message: 'an equivalent entry already exists in the transparency log with index 1',
      details: [],
    })
  }
})

test.each([
  ['P-256', 'PKIX_ECDSA_P256_SHA_256', 'sha256', 'SHA2_256'],
  ['P-384', 'PKIX_ECDSA_P384_SHA_384', 'sha384', 'SHA2_384'],
  ['P-521', 'PKIX_ECDSA_P521_SHA_512', 'sha512', 'SHA2_512'],
])('a key on %s goes with one hash', async (curve, keyDetails, hash, algorithm) => {
  const sandbox = await openSandbox()
  const entry = await loggedTile(sandbox, proposeTile(makePair(curve), keyDetails, hash))
  expect(Buffer.from(entry.canonicalizedBody, 'base64').toString()).toContain(`"algorithm":"${algorithm}"`)
  const other = proposeTile(makePair(curve), keyDetails, hash === 'sha256' ? 'sha512' : 'sha256')
  expect((await logTile(sandbox, other)).status).toBe(400)
})

test('RSA keys are taken by their size', async () => {
  const sandbox = await openSandbox()
  const pair = generateKeyPairSync('rsa', { modulusLength: 3072 })
  expect((await logTile(sandbox, proposeTile(pair, 'PKIX_RSA_PKCS1V15_3072_SHA256'))).status).toBe(201)
  expect((await logTile(sandbox, proposeTile(pair, 'PKIX_RSA_PKCS1V15_2048_SHA256'))).status).toBe(400)
})

test('a digest of another length is refused, though the signature over it is good', async () => {
  const sandbox = await openSandbox()
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const request = proposeTile(pair, 'PKIX_RSA_PKCS1V15_2048_SHA256')
  const sha256Info = Buffer.from('3031300d060960864801650304020105000420', 'hex')
  const sign = (digest: Buffer): void => {
    request.digest = digest.toString('base64')
    request.signature.content = privateEncrypt(pair.privateKey, Buffer.concat([sha256Info, digest])).toString('base64')
  }
  sign(randomBytes(20))
  expect((await logTile(sandbox, request)).status).toBe(400)
  sign(randomBytes(32))
  expect((await logTile(sandbox, request)).status).toBe(201)
})

test('Ed25519 signs digests in its prehashed form only', async () => {
  const sandbox = await openSandbox()
  const pair = generateKeyPairSync('ed25519')
  const secret = Buffer.from(String(pair.privateKey.export({ format: 'jwk' }).d), 'base64url')
  const message = randomBytes(40)
  const request = (signature: Uint8Array, keyDetails = 'PKIX_ED25519_PH'): HashedRekordRequest => ({
    digest: createHash('sha512').update(message).digest('base64'),
    signature: {
      content: Buffer.from(signature).toString('base64'),
      verifier: { publicKey: { rawBytes: spkiOf(pair.publicKey) }, keyDetails },
    },
  })
  const good = ed25519ph.sign(message, secret)
  expect((await logTile(sandbox, request(good))).status).toBe(201)
  // The same signature with S + L, which RFC 8032, 5.1.7 forbids: else anyone could make a second one out of it.
  const s = BigInt(`0x${Buffer.from(good.subarray(32)).reverse().toString('hex')}`) + ED25519_ORDER
  const twin = Buffer.concat([good.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()])
  const bad = [0, 31, 32, 63].map((index) => Uint8Array.from(good, (byte, at) => (at === index ? byte ^ 1 : byte)))
  for (const signature of [...bad, twin, good.subarray(1), new Uint8Array(64).fill(255)])
    expect((await logTile(sandbox, request(signature))).status).toBe(400)
  expect((await logTile(sandbox, request(good, 'PKIX_ED25519'))).status).toBe(400)
})

test('a certificate is logged as it is', async () => {
  const sandbox = await openSandbox()
  const pair = makePair()
  const [leaf] = chainOf(await askCertificate(sandbox, DEV, { pair }))
  const request = proposeTile(pair)
  const rawBytes = leaf.raw.toString('base64')
  request.signature.verifier = { x509Certificate: { rawBytes }, keyDetails: 'PKIX_ECDSA_P256_SHA_256' }
  const entry = await loggedTile(sandbox, request)
  expect(Buffer.from(entry.canonicalizedBody, 'base64').toString()).toContain(
    `"verifier":{"keyDetails":"PKIX_ECDSA_P256_SHA_256","x509Certificate":{"rawBytes":"${rawBytes}"}}`,
  )
})

const SPOILED: readonly [string, (request: HashedRekordRequest) => void][] = [
  ['another digest', (request) => void (request.digest = randomBytes(32).toString('base64'))],
  ['a short digest', (request) => void (request.digest = randomBytes(20).toString('base64'))],
  ['no digest', (request) => void (request.digest = '')],
  ['a digest that is not base64', (request) => void (request.digest = '***')],
  ['no signature', (request) => void (request.signature.content = '')],
  ['no key', (request) => void delete request.signature.verifier.publicKey],
  ['a key that is none', (request) => void (request.signature.verifier.publicKey = { rawBytes: 'AAAA' })],
  ['a key and a certificate', (request) => void (request.signature.verifier.x509Certificate = { rawBytes: 'AAAA' })],
  ['an unknown kind of key', (request) => void (request.signature.verifier.keyDetails = 'PKIX_RSA_PSS_2048_SHA256')],
]
test.each(SPOILED)('a request with %s is refused and not logged', async (_, spoil) => {
  const sandbox = await openSandbox()
  const request = proposeTile()
  spoil(request)
  const reply = await logTile(sandbox, request)
  expect(reply.status).toBe(400)
  expect(read(reply)).toMatchObject({ code: 3, details: [] })
  expect((await loggedTile(sandbox)).logIndex).toBe('0')
})

test('envelopes are not taken, nor anything else that is no hashedrekord request', async () => {
  const sandbox = await openSandbox()
  const url = `${sandbox.urls.rekor2}/api/v2/log/entries`
  for (const body of [{ dsseRequestV002: {} }, {}, { hashedRekordRequestV002: proposeTile(), more: 1 }])
    expect(messageOf(await post(url, body))).toBe('invalid type, must be hashedrekord')
  for (const body of ['', '{', '[]', 'null']) expect((await post(url, body)).status).toBe(400)
  expect((await call(url)).status).toBe(405)
})

test('under the lie wrong-key the log keeps its id, under wrong-log-key it is a log with another', async () => {
  const sandbox = await openSandbox()
  const id = logOf(sandbox).logId.keyId
  const hint = async (): Promise<[string, string]> => {
    const { logId, inclusionProof } = await loggedTile(sandbox)
    const line = inclusionProof.checkpoint.envelope.split(' ').at(-1) ?? ''
    return [logId.keyId, Buffer.from(line, 'base64').subarray(0, 4).toString('hex')]
  }
  const own = [id, Buffer.from(id, 'base64').subarray(0, 4).toString('hex')]
  expect(await hint()).toEqual(own)
  sandbox.faults = { rekor2: { lie: 'wrong-key' } }
  expect(await hint()).toEqual(own)
  sandbox.faults = { rekor2: { lie: 'wrong-log-key' } }
  const [otherId, otherHint] = await hint()
  expect(otherId).not.toBe(id)
  expect(otherHint).toBe(Buffer.from(otherId, 'base64').subarray(0, 4).toString('hex'))
})

/** The order of the base point (RFC 8032, 5.1). */
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n

/** The root that an audit path leads to (RFC 9162, 2.1.3.2), in base64. */
function rootFrom(leaf: Buffer, index: number, size: number, hashes: readonly string[]): string {
  let [node, last, root] = [index, size - 1, leaf]
  for (const hash of hashes.map((text) => Buffer.from(text, 'base64'))) {
    if (node % 2 === 1 || node === last) {
      root = sha256(Buffer.of(1), hash, root)
      while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1]
    } else {
      root = sha256(Buffer.of(1), root, hash)
    }
    ;[node, last] = [node >> 1, last >> 1]
  }
  return last === 0 ? root.toString('base64') : 'too few hashes'
}
