import { createHash, createPublicKey, hash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { algorithms, verifySignature } from '../../src/keys/index.ts'
import { type Content, generateSigner, localSigner } from '../../src/keys/signing.ts'
import { row, signerOf, strangerOf } from './fixtures.ts'

const message = Buffer.from('the whole message, in three pieces')
const pieces = [message.subarray(0, 5), message.subarray(5, 20), message.subarray(20)]

/** Yields the message through one buffer that is used again for each piece. */
function* reused(): Generator<Buffer> {
  const buffer = Buffer.alloc(20)
  for (const piece of pieces) {
    buffer.fill(0)
    piece.copy(buffer)
    yield buffer.subarray(0, piece.length)
  }
}

async function* later(): AsyncGenerator<Buffer> {
  for (const piece of reused()) {
    await new Promise((resolve) => setImmediate(resolve))
    yield piece
  }
}

const forms: [string, () => Content][] = [
  ['bytes', () => new Uint8Array(message)],
  ['a list of pieces', () => pieces],
  ['pieces in a buffer that is used again', reused],
  ['pieces that come later', later],
]

describe.each(algorithms)('$name', (algorithm) => {
  const signer = signerOf(algorithm.name)

  test.each(forms)('signs %s, with the digest of the whole', async (_, content) => {
    const { digest, signature } = await signer.sign(content())
    expect(digest).toEqual(createHash(algorithm.digest).update(message).digest())
    expect(verifySignature(signer.publicKey, algorithm, message, signature)).toBe(true)
    expect(verifySignature(signer.publicKey, algorithm, reused(), signature)).toBe(true)
  })

  test('signs nothing at all', async () => {
    for (const content of [Buffer.alloc(0), []]) {
      const { digest, signature } = await signer.sign(content)
      expect(digest).toEqual(hash(algorithm.digest, '', 'buffer'))
      expect(verifySignature(signer.publicKey, algorithm, [], signature)).toBe(true)
    }
  })

  test('no signature verifies with a flipped bit, another message, or another key', async () => {
    const { signature } = await signer.sign(message)
    for (let at = 0; at < signature.length; at += 1) {
      const flipped = Buffer.from(signature)
      flipped[at] = (flipped[at] ?? 0) ^ 0x10
      expect(verifySignature(signer.publicKey, algorithm, message, flipped)).toBe(false)
    }
    const other = Buffer.from(message)
    other[7] = (other[7] ?? 0) ^ 1
    expect(verifySignature(signer.publicKey, algorithm, other, signature)).toBe(false)
    expect(verifySignature(signer.publicKey, algorithm, [other], signature)).toBe(false)
    expect(verifySignature(signer.publicKey, algorithm, pieces.slice(1), signature)).toBe(false)
  })

  test('arbitrary bytes are no signature, and no crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(verifySignature(signer.publicKey, algorithm, message, bytes)).toBe(false)
        expect(verifySignature(signer.publicKey, algorithm, pieces, bytes)).toBe(false)
      }),
    )
  })
})

test.each(['ecdsa-p256-sha256', 'ecdsa-p521-sha512', 'ed25519', 'rsa-pkcs1-2048-sha256'] as const)(
  'a signature by another %s key does not verify',
  async (name) => {
    const { signature } = await signerOf(name).sign(message)
    expect(verifySignature(strangerOf(name), row(name), message, signature)).toBe(false)
  },
)

test('a key is only used with its own algorithm', async () => {
  const signer = signerOf('ecdsa-p256-sha256')
  const { signature } = await signer.sign(message)
  expect(() => verifySignature(signer.publicKey, row('ecdsa-p384-sha384'), message, signature)).toThrow(
    expect.objectContaining({ code: 'KEY_UNSUPPORTED', expected: 'ecdsa-p384-sha384', found: 'ecdsa-p256-sha256' }),
  )
})

test('a public key cannot be made a signer', () => {
  expect(() => localSigner(createPublicKey(generateSigner().privateKey))).toThrow(
    expect.objectContaining({ code: 'KEY_INVALID', found: 'a public key' }),
  )
})

test('a source that fails makes the signature fail', async () => {
  function* broken(): Generator<Buffer> {
    yield message
    throw new Error('disk')
  }
  await expect(signerOf('ecdsa-p256-sha256').sign(broken())).rejects.toThrow('disk')
  await expect(signerOf('ed25519').sign(broken())).rejects.toThrow('disk')
})

test('an Ed25519 message in pieces is bounded, others are not', async () => {
  // One large empty buffer: the system gives out no memory for it until it is written.
  const large = Buffer.alloc(limits.wholeMessage + 1)
  const tooLarge = expect.objectContaining({ code: 'INPUT_TOO_LARGE' })
  const { signature } = await signerOf('ed25519').sign(message)
  await expect(signerOf('ed25519').sign([message, large])).rejects.toThrow(tooLarge)
  const { publicKey, algorithm } = signerOf('ed25519')
  expect(() => verifySignature(publicKey, algorithm, [large], signature)).toThrow(tooLarge)
})

test('the memory for a stream does not grow with its length', async () => {
  const piece = Buffer.alloc(256 * 1024, 7)
  function* long(): Generator<Buffer> {
    for (let count = 0; count < 800; count += 1) yield piece
  }
  const before = process.memoryUsage().rss
  const { digest } = await signerOf('ecdsa-p256-sha256').sign(long())
  expect(digest.length).toBe(32)
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
})
