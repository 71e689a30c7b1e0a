import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Bundle, bundleJson, messageBundle, parseBundle } from '../../src/bundle/index.ts'
import { defaultPolicy, keylessPolicy } from '../../src/policy/index.ts'
import { digestArtifact } from '../../src/verify/index.ts'
import { preAuthEncoding } from '../../src/encoding/index.ts'
import { extension } from '../forge/certificate.ts'
import { hashedRekordV2 } from '../forge/log.ts'
import {
  content,
  ec,
  forgeBundle,
  identity,
  issuer,
  leaf,
  leafExtensions,
  leafWishes,
  signingTime,
  trustedRoot,
} from '../forge/world.ts'
import { evaluate } from './evaluate.ts'

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer')

describe('a bundle in which everything is right is accepted', () => {
  test('with a certificate over a message', () => {
    const { verdict, evidence } = evaluate(forgeBundle())
    expect(verdict).toEqual({ ok: true, reasons: [], warnings: [] })
    expect(evidence).toMatchObject({
      signed: true,
      artifact: 'matched',
      bundle: { content: 'message-signature' },
      signer: { kind: 'certificate', issuer, subjectAlternativeName: { type: 'uri', value: identity } },
      times: [{ time: signingTime, source: 'transparency-log', authority: 'https://log.forge' }],
      entries: [{ url: 'https://log.forge', index: '1', inclusion: 'both', kind: 'hashedrekord 0.0.1' }],
      scts: [{ url: 'https://ct.forge', time: signingTime }],
      subjects: [{ name: '', digest: { sha256: sha256(content).toString('hex') } }],
      failures: [],
      unknown: [],
    })
  })

  test('with a certificate over an in-toto statement', () => {
    const { verdict, evidence } = evaluate(forgeBundle({ kind: 'envelope' }))
    expect(verdict.reasons).toEqual([])
    expect(evidence.statement?.predicateType).toBe('https://example.org/said/v1')
    expect(evidence.artifact).toBe('matched')
  })

  test('with a key, whatever its hint says', () => {
    const key = ec()
    expect(evaluate(forgeBundle({ key }), { key: key.publicKey }).codes).toEqual([])
    expect(evaluate(forgeBundle({ key, kind: 'envelope' }), { key: key.publicKey }).codes).toEqual([])
  })

  test('with a timestamp, and that is a second time', () => {
    const { evidence, codes } = evaluate(forgeBundle({ stamps: [{}] }), {
      policy: keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { timestamps: 1, times: 2 }),
    })
    expect(codes).toEqual([])
    expect(evidence.times.map(({ authority }) => authority)).toEqual(['https://time.forge', 'https://log.forge'])
  })

  test('without a log, when the policy asks for none: the timestamp alone tells the time', () => {
    const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { log: 0 })
    expect(evaluate(forgeBundle({ entry: false, stamps: [{}] }), { policy }).codes).toEqual([])
    expect(evaluate(forgeBundle({ entry: false }), { policy }).codes).toEqual(['CERTIFICATE_INVALID', 'TIME_MISSING'])
  })

  test('by key and without any trusted root, when the policy asks for no witness', () => {
    const key = ec()
    const policy = { ...defaultPolicy('key'), log: 0 }
    const bundle = forgeBundle({ key, stamps: [{}] })
    const { codes, evidence } = evaluate(bundle, { key: key.publicKey, root: undefined, policy })
    expect(codes).toEqual([])
    expect(evidence.unknown.map(({ check }) => check)).toEqual(['timestamp', 'log'])
    expect(evidence.entries).toEqual([])
  })

  test('with an entry of Rekor v2, whose checkpoint by an Ed25519 key is not named after the host', () => {
    const key = { ...generateKeyPairSync('ed25519'), origin: 'other.forge' }
    const root = trustedRoot({ log: key })
    const certificate = leaf()
    const signature = sign('sha256', content, certificate.key.privateKey)
    const logged = { signature, verifier: certificate.der, isCertificate: true }
    const body = hashedRekordV2(logged, 'SHA2_256', sha256(content), 'PKIX_ECDSA_P256_SHA_256')
    const entry = { key, body, version: '0.0.2', promise: false, origin: 'other.forge' }
    const { codes, evidence } = evaluate(forgeBundle({ leaf: certificate, signature, entry, stamps: [{}] }), { root })
    expect(codes).toEqual([])
    expect(evidence.entries).toMatchObject([{ inclusion: 'proof', origin: 'other.forge', kind: 'hashedrekord 0.0.2' }])
    const alone = evaluate(forgeBundle({ leaf: certificate, signature, entry }), { root })
    expect(alone.codes).toEqual(['CERTIFICATE_INVALID', 'TIME_MISSING'])
  })

  test('from the digest alone', async () => {
    const artifact = await digestArtifact('sha256', sha256(content))
    expect(evaluate(forgeBundle(), { artifact }).codes).toEqual([])
    expect(evaluate(forgeBundle({ kind: 'envelope' }), { artifact }).codes).toEqual([])
    const other = await digestArtifact('sha256', sha256(Buffer.from('other')))
    expect(evaluate(forgeBundle(), { artifact: other }).codes).toEqual(['ARTIFACT_MISMATCH'])
    expect(evaluate(forgeBundle({ kind: 'envelope' }), { artifact: other }).codes).toEqual(['ARTIFACT_MISMATCH'])
  })

  test('with an e-mail address or a user name as identity', () => {
    const names = {
      'dev@example.org': extension.email('dev@example.org'),
      'dev!example.org': extension.username('dev!example.org'),
    }
    for (const [exact, name] of Object.entries(names)) {
      const extensions = [...leafExtensions.filter(({ oid }) => oid !== '2.5.29.17'), name]
      const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact } })
      expect(evaluate(forgeBundle({ leaf: leaf({ extensions }) }), { policy }).codes).toEqual([])
    }
  })

  test('after a journey through its JSON text', () => {
    const bundle = forgeBundle({ kind: 'envelope', stamps: [{}, {}] })
    expect(parseBundle(bundleJson(bundle))).toEqual(bundle)
    expect(evaluate(parseBundle(bundleJson(bundle))).codes).toEqual([])
  })
})

describe('every kind of key verifies messages, from content and from digest', () => {
  const kinds = {
    'P-256': ['sha256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    'P-384': ['sha384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    'P-521': ['sha512', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    'RSA 2048': ['sha256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    'RSA 3072': ['sha256', generateKeyPairSync('rsa', { modulusLength: 3072 })],
    Ed25519: ['sha256', generateKeyPairSync('ed25519')],
    'P-384 with the older SHA-256': ['sha256', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  } as const

  for (const [name, [digestHash, key]] of Object.entries(kinds))
    test(name, async () => {
      const scheme = name === 'Ed25519' ? undefined : digestHash
      const bundle = plainBundle(digestHash, sign(scheme, content, key.privateKey))
      const policy = { ...defaultPolicy('key'), log: 0 }
      const circumstances = { key: key.publicKey, root: undefined, policy }
      expect(evaluate(bundle, circumstances).codes).toEqual([])
      const artifact = await digestArtifact(digestHash, hash(digestHash, content, 'buffer'))
      const expected = name === 'Ed25519' ? ['KEY_UNSUPPORTED'] : []
      expect(evaluate(bundle, { ...circumstances, artifact }).codes).toEqual(expected)
      const damaged = plainBundle(digestHash, sign(scheme, Buffer.from('other'), key.privateKey))
      expect(evaluate(damaged, circumstances).codes).toEqual(['SIGNATURE_INVALID'])
    })
})

function plainBundle(digestHash: 'sha256' | 'sha384' | 'sha512', signature: Buffer): Bundle {
  const digest = hash(digestHash, content, 'buffer')
  return messageBundle({
    digest,
    hash: digestHash,
    signature,
    material: { publicKeyHint: '' },
    entries: [],
    timestamps: [],
  })
}

test('a certificate of P-384 signs statements with SHA-384, and older clients signed with SHA-256', () => {
  const certificate = leaf({ ...leafWishes, key: ec('P-384') })
  const older = forgeBundle({ leaf: certificate, kind: 'envelope', entry: false, stamps: [{}] })
  const payload = older.content.$case === 'dsseEnvelope' ? older.content.dsseEnvelope.payload : Buffer.of()
  const covered = preAuthEncoding('application/vnd.in-toto+json', payload)
  const signature = sign('sha384', covered, certificate.key.privateKey)
  const newer = forgeBundle({ leaf: certificate, kind: 'envelope', entry: false, stamps: [{}], signature })
  const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { log: 0 })
  for (const bundle of [older, newer]) expect(evaluate(bundle, { policy }).codes).toEqual([])
})
