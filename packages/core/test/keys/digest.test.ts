import { constants, createHash, privateEncrypt, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  derInteger,
  derNode,
  derNull,
  derOctets,
  derOid,
  derSequence,
  readDer,
  tags,
} from '../../src/encoding/index.ts'
import { algorithms, loadDigestVerifier, verifyDigest } from '../../src/keys/index.ts'
import { row, signerOf, strangerOf } from './fixtures.ts'

const message = Buffer.from('a message that is known by its digest alone')
const check = await loadDigestVerifier()
const hashed = algorithms.filter(({ hash }) => hash !== undefined)

describe.each(hashed)('$name', (algorithm) => {
  const { name, digest: hashName } = algorithm
  const signer = signerOf(name)
  const { publicKey } = signer

  test('a signature verifies from the digest, and from no other', async () => {
    const { digest, signature } = await signer.sign(message)
    expect(await verifyDigest(publicKey, algorithm, digest, signature)).toBe(true)
    const other = createHash(hashName).update('another message').digest()
    expect(check(publicKey, algorithm, other, signature)).toBe(false)
    expect(check(publicKey, algorithm, Buffer.alloc(digest.length), signature)).toBe(false)
  })

  test('no changed signature verifies, and node:crypto says the same of each', async () => {
    const { digest, signature } = await signer.sign(message)
    fc.assert(
      fc.property(fc.nat(signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Buffer.from(signature)
        changed[at] = (changed[at] ?? 0) ^ mask
        expect(check(publicKey, algorithm, digest, changed)).toBe(false)
        expect(verify(hashName, message, publicKey, changed)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  test('a signature that is longer or shorter does not verify', async () => {
    const { digest, signature } = await signer.sign(message)
    const zero = Buffer.from([0])
    const forms = [signature.subarray(1), signature.subarray(0, -1), Buffer.alloc(0)]
    for (const form of [...forms, Buffer.concat([zero, signature]), Buffer.concat([signature, zero])])
      expect(check(publicKey, algorithm, digest, form)).toBe(false)
  })

  test('a digest of another length is refused', async () => {
    const { digest, signature } = await signer.sign(message)
    const invalid = expect.objectContaining({ code: 'INPUT_INVALID', found: `${digest.length - 1} bytes` })
    expect(() => check(publicKey, algorithm, digest.subarray(1), signature)).toThrow(invalid)
  })
})

test.each(['ecdsa-p256-sha256', 'rsa-pkcs1-2048-sha256'] as const)('another %s key does not verify', async (name) => {
  const { digest, signature } = await signerOf(name).sign(message)
  expect(check(strangerOf(name), row(name), digest, signature)).toBe(false)
})

test('an Ed25519 signature is refused from a digest, with the reason', async () => {
  const { publicKey, algorithm } = signerOf('ed25519')
  const { digest, signature } = await signerOf('ed25519').sign(message)
  const refused = { code: 'KEY_UNSUPPORTED', hint: 'verify the file itself' }
  await expect(verifyDigest(publicKey, algorithm, digest, signature)).rejects.toMatchObject(refused)
})

test('a key is only used with its own algorithm', async () => {
  const { publicKey } = signerOf('rsa-pkcs1-2048-sha256')
  const { digest, signature } = await signerOf('rsa-pkcs1-2048-sha256').sign(message)
  expect(() => check(publicKey, row('rsa-pkcs1-3072-sha256'), digest, signature)).toThrow(
    expect.objectContaining({ code: 'KEY_UNSUPPORTED' }),
  )
})

test('both halves of the range of s are accepted, as OpenSSL and Go do', async () => {
  const signer = signerOf('ecdsa-p256-sha256')
  const { publicKey, algorithm } = signer
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const { digest, signature } = await signer.sign(message)
  const [r, s] = readDer(signature)
    .children()
    .map(({ content }) => content)
  const mirrored = order - BigInt(`0x${s?.toString('hex')}`)
  const bytes = Buffer.from(mirrored.toString(16).padStart(64, '0'), 'hex')
  const other = derSequence(derInteger(r ?? Buffer.alloc(0)), derInteger(bytes))
  expect(verify('sha256', message, publicKey, other)).toBe(true)
  expect(check(publicKey, algorithm, digest, signature)).toBe(true)
  expect(check(publicKey, algorithm, digest, other)).toBe(true)
})

test('another DER form of a sound ECDSA signature does not verify, as with node:crypto', async () => {
  const signer = signerOf('ecdsa-p256-sha256')
  const { digest, signature } = await signer.sign(message)
  const [r, s] = readDer(signature).children()
  if (r === undefined || s === undefined) throw new Error('no signature')
  const padded = derNode(tags.integer, Buffer.from([0]), Buffer.from([0]), s.content)
  const longLength = Buffer.concat([Buffer.from([0x30, 0x81]), signature.subarray(1)])
  const forms = [
    derSequence(r.raw, padded),
    longLength,
    derSequence(r.raw, s.raw, derNull()),
    derNode(tags.set, r.raw, s.raw),
  ]
  for (const form of forms) {
    expect(verify('sha256', message, signer.publicKey, form)).toBe(false)
    expect(check(signer.publicKey, signer.algorithm, digest, form)).toBe(false)
  }
})

test('ECDSA with r or s of zero or of the order does not verify', () => {
  const { publicKey, algorithm } = signerOf('ecdsa-p256-sha256')
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
  const digest = createHash('sha256').update(message).digest()
  for (const r of [derInteger(0), derInteger(1), derInteger(order)])
    for (const s of [derInteger(0), derInteger(order)])
      expect(check(publicKey, algorithm, digest, derSequence(r, s))).toBe(false)
})

describe('RSA padding', () => {
  const { publicKey, privateKey, algorithm } = signerOf('rsa-pkcs1-2048-sha256')
  const digest = createHash('sha256').update(message).digest()
  const sha256 = '2.16.840.1.101.3.4.2.1'
  const info = derSequence(derSequence(derOid(sha256), derNull()), derOctets(digest))

  /** What the private key makes of a block with this padding, as a forger with a weak key would. */
  function signBlock(tail: Buffer, padding: number, after: Buffer = Buffer.alloc(0)): Buffer {
    const block = Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(padding, 0xff), Buffer.from([0]), tail, after])
    const filled = Buffer.concat([block, Buffer.alloc(256 - block.length)])
    return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, filled)
  }

  test('the right block verifies', () => {
    expect(check(publicKey, algorithm, digest, signBlock(info, 253 - info.length))).toBe(true)
  })

  test.each<[string, () => Buffer]>([
    ['short padding and bytes after the digest', () => signBlock(info, 8)],
    ['one byte after the digest', () => signBlock(info, 252 - info.length)],
    [
      'no NULL in the algorithm',
      () => {
        const bare = derSequence(derSequence(derOid(sha256)), derOctets(digest))
        return signBlock(bare, 253 - bare.length)
      },
    ],
    [
      'another hash in the algorithm',
      () => {
        const other = derSequence(derSequence(derOid('2.16.840.1.101.3.4.2.4'), derNull()), derOctets(digest))
        return signBlock(other, 253 - other.length)
      },
    ],
    ['the bare digest', () => signBlock(digest, 253 - digest.length)],
  ])('%s does not verify', (_, forge) => {
    expect(check(publicKey, algorithm, digest, forge())).toBe(false)
  })

  test('a signature with its leading zero left out does not verify', async () => {
    // One in 256 begins with a zero; as a number, it is the same without.
    for (let count = 0; ; count += 1) {
      const signed = await signerOf('rsa-pkcs1-2048-sha256').sign(Buffer.from(`message ${count}`))
      if (signed.signature[0] !== 0) continue
      expect(check(publicKey, algorithm, signed.digest, signed.signature)).toBe(true)
      expect(check(publicKey, algorithm, signed.digest, signed.signature.subarray(1))).toBe(false)
      break
    }
  })

  test('a number that is not below the modulus does not verify', () => {
    expect(check(publicKey, algorithm, digest, Buffer.alloc(256, 0xff))).toBe(false)
  })
})
