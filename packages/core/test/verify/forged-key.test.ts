import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Bundle, messageBundle } from '../../src/bundle/index.ts'
import { loadPrehashVerifier } from '../../src/keys/index.ts'
import { defaultPolicy } from '../../src/policy/index.ts'
import { contentArtifact, digestArtifact } from '../../src/verify/index.ts'
import { content, ec, forgeBundle, signingTime } from '../forge/world.ts'
import { forgeBundleV2 } from '../forge/v2.ts'
import { evaluate } from './evaluate.ts'
import { prehashed } from './prehashed.ts'

const other = Buffer.from('something else')
const after = (milliseconds: number): Date => new Date(signingTime.getTime() + milliseconds)

describe('a key that was in use for a time', () => {
  const key = ec()
  const judged = (keyValidFor: object, wishes: object = {}, now = after(0)): string[] =>
    evaluate(forgeBundle({ key, ...wishes }), { key: key.publicKey, keyValidFor, now }).codes

  test('is accepted from the first to the last moment of it, whatever the clock says now', () => {
    for (const keyValidFor of [
      { start: signingTime, end: signingTime },
      { start: signingTime },
      { end: signingTime },
      {},
    ])
      expect(judged(keyValidFor, {}, after(1e12))).toEqual([])
  })

  test('is refused when the log or a timestamp tells another time', () => {
    const period = { end: after(1000) }
    expect(judged(period, { stamps: [{ time: after(1000) }] })).toEqual([])
    expect(judged(period, { stamps: [{ time: after(2000) }] })).toEqual(['KEY_NOT_IN_USE'])
    expect(judged({ start: after(-1000) }, { stamps: [{ time: after(-2000) }] })).toEqual(['KEY_NOT_IN_USE'])
    // One witness outside is enough, in whatever order they stand.
    for (const stamps of [
      [{ time: after(0) }, { time: after(2000) }],
      [{ time: after(2000) }, { time: after(0) }],
    ])
      expect(judged(period, { stamps })).toEqual(['KEY_NOT_IN_USE'])
    for (const keyValidFor of [{ start: after(1000) }, { end: after(-1000) }])
      expect(judged(keyValidFor)).toEqual(['LOG_ENTRY_INVALID'])
  })

  test('is judged by the time of the timestamp where the log tells none', () => {
    const v2 = (keyValidFor: object): string[] =>
      evaluate(forgeBundleV2({ key }), { key: key.publicKey, keyValidFor }).codes
    expect(v2({ start: signingTime })).toEqual([])
    expect(v2({ start: after(1000) })).toEqual(['KEY_NOT_IN_USE'])
    expect(v2({ end: after(-1000) })).toEqual(['KEY_NOT_IN_USE'])
  })

  test('is judged by the clock where no witness tells the time', () => {
    const policy = { ...defaultPolicy('key'), log: 0 }
    const alone = (now: Date): string[] =>
      evaluate(forgeBundle({ key, entry: false }), {
        key: key.publicKey,
        policy,
        root: undefined,
        now,
        keyValidFor: { end: after(0) },
      }).codes
    expect(alone(after(0))).toEqual([])
    expect(alone(after(1))).toEqual(['KEY_NOT_IN_USE'])
  })

  test('is refused when the entry only claims another time', () => {
    const bundle = forgeBundle({ key, stamps: [{}] })
    const [entry] = bundle.verificationMaterial.tlogEntries
    if (entry) entry.inclusionPromise = undefined
    const period = { start: after(-1000), end: after(1000) }
    const judgedNow = (): string[] => evaluate(bundle, { key: key.publicKey, keyValidFor: period }).codes
    expect(judgedNow()).toEqual([])
    if (entry) entry.integratedTime = String(after(10_000).getTime() / 1000)
    expect(judgedNow()).toEqual(['LOG_ENTRY_INVALID'])
  })

  test('with a time that is none is wrong use', () => {
    for (const keyValidFor of [{ start: new Date(Number.NaN) }, { end: new Date('x') }])
      expect(() => judged(keyValidFor)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  test('says nothing of certificates', () => {
    expect(evaluate(forgeBundle(), { keyValidFor: { end: after(-1000) } }).codes).toEqual([])
  })
})

describe('an Ed25519ph signature', () => {
  const key = generateKeyPairSync('ed25519')
  const policy = { ...defaultPolicy('key'), log: 0 }
  const circumstances = { key: key.publicKey, root: undefined, policy }
  const bundle = (signature: Buffer, name: 'sha256' | 'sha512' = 'sha512'): Bundle =>
    messageBundle({
      digest: hash(name, content, 'buffer'),
      hash: name,
      signature,
      material: { publicKeyHint: '' },
      entries: [],
      timestamps: [],
    })
  const signature = prehashed(key.privateKey, content)

  test('is verified from content and from a SHA-512 digest', async () => {
    const prehash = await loadPrehashVerifier()
    const artifact = contentArtifact(() => [content], { prehash })
    expect(evaluate(bundle(signature), { ...circumstances, artifact }).codes).toEqual([])
    const digest = await digestArtifact('sha512', hash('sha512', content, 'buffer'))
    expect(evaluate(bundle(signature), { ...circumstances, artifact: digest }).codes).toEqual([])
    const wrong = prehashed(key.privateKey, other)
    expect(evaluate(bundle(wrong), { ...circumstances, artifact }).codes).toEqual(['SIGNATURE_INVALID'])
    const stranger = prehashed(generateKeyPairSync('ed25519').privateKey, content)
    expect(evaluate(bundle(stranger), { ...circumstances, artifact }).codes).toEqual(['SIGNATURE_INVALID'])
  })

  test('is not taken for a plain one, nor a plain one for it', async () => {
    const prehash = await loadPrehashVerifier()
    const artifact = contentArtifact(() => [content], { prehash })
    expect(evaluate(bundle(signature, 'sha256'), { ...circumstances, artifact }).codes).toEqual(['SIGNATURE_INVALID'])
    const digest = hash('sha512', content, 'buffer')
    expect(prehash(key.publicKey, digest, sign(undefined, digest, key.privateKey))).toBe(false)
    expect(prehash(key.publicKey, digest, sign(undefined, content, key.privateKey))).toBe(false)
    const plain = sign(undefined, content, key.privateKey)
    expect(evaluate(bundle(plain), { ...circumstances, artifact }).codes).toEqual([])
  })

  test('is refused with the reason where what checks it was not loaded', () => {
    expect(evaluate(bundle(signature), circumstances).codes).toEqual(['KEY_UNSUPPORTED'])
  })

  test('of RFC 8032 section 7.3 is right, and wrong with any bit flipped', async () => {
    const prehash = await loadPrehashVerifier()
    const seed = '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42'
    const pkcs8 = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex')
    const published = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
    const good = Buffer.from(
      '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406',
      'hex',
    )
    const digest = hash('sha512', Buffer.from('abc'), 'buffer')
    expect(prehash(published, digest, good)).toBe(true)
    for (let at = 0; at < 64; at += 1) {
      const wrong = Buffer.from(good)
      wrong[at] = (wrong[at] ?? 0) ^ (1 << (at % 8))
      expect(prehash(published, digest, wrong)).toBe(false)
    }
    expect(prehash(published, digest, withOrder(good))).toBe(false)
    expect(prehash(published, digest.subarray(1), good)).toBe(false)
    expect(prehash(ec().publicKey, digest, good)).toBe(false)
  })
})

/** The signature with the order of the group added to its number: the same number in another form (RFC 8032 section 5.1.7). */
function withOrder(signature: Buffer): Buffer {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const number = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order
  const bytes = Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse()
  return Buffer.concat([signature.subarray(0, 32), bytes])
}
