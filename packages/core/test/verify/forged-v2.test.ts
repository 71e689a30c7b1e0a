import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src/encoding/index.ts'
import { loadPrehashVerifier } from '../../src/keys/index.ts'
import { contentArtifact } from '../../src/verify/index.ts'
import { content, ec, forge, leaf, signingTime, trustedRoot } from '../forge/world.ts'
import { forgeBundleV2, signatureOf } from '../forge/v2.ts'
import { evaluate, type Evaluation } from './evaluate.ts'
import { prehashed } from './prehashed.ts'

const refused = ['LOG_ENTRY_INVALID']
const other = Buffer.from('something else')
const kinds = ['message', 'envelope'] as const

describe.each(kinds)('an entry of Rekor v2 for a signed %s', (kind) => {
  test('is accepted with a certificate and with a key', () => {
    expect(evaluate(forgeBundleV2({ kind })).codes).toEqual([])
    expect(evaluate(forgeBundleV2({ kind })).evidence.entries).toMatchObject([
      { kind: 'hashedrekord 0.0.2', inclusion: 'proof', origin: 'log.forge' },
    ])
    const key = ec()
    expect(evaluate(forgeBundleV2({ kind, key }), { key: key.publicKey }).codes).toEqual([])
  })

  test('about other content, another hash, signature, certificate, key or algorithm is refused', () => {
    const key = ec()
    const says = [
      { digest: hash('sha256', other, 'buffer') },
      { hash: 'sha512' as const },
      { logged: { signature: sign('sha256', content, forge.keys.leaf.privateKey) } },
      { logged: { verifier: leaf({ serial: 5 }).der } },
      { logged: { verifier: key.publicKey.export({ type: 'spki', format: 'der' }), isCertificate: false } },
      { keyDetails: 'PKIX_ECDSA_P384_SHA_384' },
      { keyDetails: 'PKIX_ECDSA_P384_SHA_256' },
    ]
    for (const one of says) expect(evaluate(forgeBundleV2({ kind, says: one })).codes).toEqual(refused)
    const stranger = { logged: { verifier: ec().publicKey.export({ type: 'spki', format: 'der' }) } }
    expect(evaluate(forgeBundleV2({ kind, key, says: stranger }), { key: key.publicKey }).codes).toEqual(refused)
  })

  test('without an inclusion proof, with a promise, or at another index than its proof is refused', () => {
    expect(evaluate(forgeBundleV2({ kind, entry: { proof: false } })).codes).toEqual(refused)
    expect(evaluate(forgeBundleV2({ kind, entry: { promise: true } })).codes).toEqual(refused)
    expect(evaluate(forgeBundleV2({ kind, entry: { index: 0 } })).codes).toEqual(refused)
  })

  test('tells no time, so a certificate needs a timestamp beside it', () => {
    expect(evaluate(forgeBundleV2({ kind, stamps: [] })).codes).toEqual(['CERTIFICATE_INVALID', 'TIME_MISSING'])
  })

  test('in another form than canonical JSON is refused', () => {
    const certificate = leaf()
    const signature = signatureOf(forgeBundleV2({ kind, leaf: certificate }))
    const first = forgeBundleV2({ kind, leaf: certificate, signature })
    const body: unknown = JSON.parse(first.verificationMaterial.tlogEntries[0]?.canonicalizedBody.toString() ?? '')
    const logged = (text: string): Evaluation =>
      evaluate(forgeBundleV2({ kind, leaf: certificate, signature, entry: { text } }))
    expect(logged(canonicalJson(body)).codes).toEqual([])
    // The log has these very bytes, and the proof is over them.
    const loose = logged(JSON.stringify(body, null, 1))
    expect(loose.codes).toEqual(refused)
    expect(loose.evidence.failures[0]?.message).toMatch(/canonical/)
  })
})

test('of a DSSE kind is not known to Rekor v2', () => {
  const bundle = forgeBundleV2({ kind: 'envelope', entry: { body: { apiVersion: '0.0.2', kind: 'dsse', spec: {} } } })
  expect(evaluate(bundle).codes).toEqual(refused)
})

describe('an entry of Rekor v2 by a key on P-384', () => {
  const key = ec('P-384')
  const certificate = leaf({ key })
  const signed = (digestHash: 'sha256' | 'sha384', saidHash: 'sha256' | 'sha384', keyDetails: string): string[] => {
    const signature = sign(digestHash, content, key.privateKey)
    const bundle = forgeBundleV2({ leaf: certificate, signature, says: { hash: saidHash, keyDetails } })
    if (bundle.content.$case === 'messageSignature')
      bundle.content.messageSignature.messageDigest = {
        algorithm: saidHash === 'sha384' ? 2 : 1,
        digest: hash(saidHash, content, 'buffer'),
      }
    return evaluate(bundle).codes
  }

  test('goes with SHA-384 and with nothing else', () => {
    expect(signed('sha384', 'sha384', 'PKIX_ECDSA_P384_SHA_384')).toEqual([])
    expect(signed('sha256', 'sha256', 'PKIX_ECDSA_P384_SHA_384')).toEqual(refused)
    expect(signed('sha256', 'sha256', 'PKIX_ECDSA_P384_SHA_256')).toEqual(refused)
  })
})

describe('an entry of Rekor v2 by an Ed25519 key', () => {
  const key = generateKeyPairSync('ed25519')
  const says = { hash: 'sha512', keyDetails: 'PKIX_ED25519_PH' } as const
  const judged = async (signature: Buffer, changes: object = {}): Promise<string[]> => {
    const bundle = forgeBundleV2({ key, signature, says: { ...says, ...changes } })
    if (bundle.content.$case === 'messageSignature')
      bundle.content.messageSignature.messageDigest = { algorithm: 3, digest: hash('sha512', content, 'buffer') }
    const artifact = contentArtifact(() => [content], { prehash: await loadPrehashVerifier() })
    return evaluate(bundle, { key: key.publicKey, artifact }).codes
  }

  test('is for Ed25519ph, which a digest is enough for', async () => {
    expect(await judged(prehashed(key.privateKey, content))).toEqual([])
    expect(await judged(prehashed(key.privateKey, content), { keyDetails: 'PKIX_ED25519' })).toEqual(refused)
    expect(await judged(prehashed(key.privateKey, other))).toEqual(['SIGNATURE_INVALID'])
  })
})

test('the log must be in use when the timestamp says that the signature was made', () => {
  const later = { start: new Date(signingTime.getTime() + 1000).toISOString() }
  const root = trustedRoot({ periods: { tlogs: later } })
  expect(evaluate(forgeBundleV2(), { root }).codes).toEqual(refused)
})
