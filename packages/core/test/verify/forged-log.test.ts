import { hash, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Bundle } from '../../src/bundle/index.ts'
import { keylessPolicy } from '../../src/policy/index.ts'
import { dsseRecord, hashedRekord, hashedRekordV2 } from '../forge/log.ts'
import { coveredBy, signatureOf } from '../forge/v2.ts'
import { content, ec, forge, forgeBundle, identity, issuer, leaf } from '../forge/world.ts'
import { evaluate } from './evaluate.ts'

const other = Buffer.from('something else')

describe('the log entry', () => {
  const refused = ['LOG_ENTRY_INVALID']

  test('for another signature is refused', () => {
    const signature = sign('sha256', content, forge.keys.leaf.privateKey)
    expect(evaluate(forgeBundle({ logged: { signature } })).codes).toEqual(refused)
  })

  test('for another certificate is refused, also for one of the same key', () => {
    expect(evaluate(forgeBundle({ logged: { verifier: leaf({ serial: 5 }).der } })).codes).toEqual(refused)
    expect(evaluate(forgeBundle({ logged: { verifier: leaf({ key: ec() }).der } })).codes).toEqual(refused)
  })

  test('for another key than the one given is refused', () => {
    const key = ec()
    const verifier = ec().publicKey.export({ type: 'spki', format: 'der' })
    expect(evaluate(forgeBundle({ key, logged: { verifier } }), { key: key.publicKey }).codes).toEqual(refused)
  })

  test('that calls the certificate a key, or the key a certificate, is refused', () => {
    expect(evaluate(forgeBundle({ logged: { isCertificate: false } })).codes).toEqual(['LOG_ENTRY_INVALID'])
    const key = ec()
    const named = forgeBundle({ key, logged: { isCertificate: true } })
    expect(evaluate(named, { key: key.publicKey }).codes).toEqual(['LOG_ENTRY_INVALID'])
  })

  test('for another digest, hash or payload is refused', () => {
    const certificate = leaf()
    const signature = sign('sha256', content, certificate.key.privateKey)
    const logged = { signature, verifier: certificate.der, isCertificate: true }
    const bodies = [
      hashedRekord(logged, 'sha256', hash('sha256', other, 'buffer')),
      hashedRekord(logged, 'sha512', hash('sha512', content, 'buffer')),
    ]
    for (const body of bodies)
      expect(evaluate(forgeBundle({ leaf: certificate, signature, entry: { body } })).codes).toEqual(refused)
  })

  test('of a kind that does not fit the content is refused', () => {
    const certificate = leaf()
    const signature = sign('sha256', content, certificate.key.privateKey)
    const logged = { signature, verifier: certificate.der, isCertificate: true }
    const asEnvelope = { body: dsseRecord(logged, content), kind: 'dsse' }
    expect(evaluate(forgeBundle({ leaf: certificate, signature, entry: asEnvelope })).codes).toEqual(refused)
    const misnamed = { kind: 'dsse' }
    expect(evaluate(forgeBundle({ entry: misnamed })).codes).toEqual(refused)
    const unknown = { body: { apiVersion: '0.0.9', kind: 'hashedrekord', spec: {} }, version: '0.0.9' }
    expect(evaluate(forgeBundle({ entry: unknown })).codes).toEqual(refused)
  })

  test('of Rekor v1 for a message does not witness an envelope, not even with the hash of what is signed', () => {
    const certificate = leaf()
    const draft = forgeBundle({ leaf: certificate, kind: 'envelope', entry: false })
    const signature = signatureOf(draft)
    const logged = { signature, verifier: certificate.der, isCertificate: true }
    const body = hashedRekord(logged, 'sha256', hash('sha256', coveredBy(draft, content), 'buffer'))
    const entry = { body, kind: 'hashedrekord' }
    expect(evaluate(forgeBundle({ leaf: certificate, kind: 'envelope', signature, entry })).codes).toEqual(refused)
  })

  test('of Rekor v2 with another algorithm, with a promise, or with another index than its proof, is refused', () => {
    const certificate = leaf()
    const signature = sign('sha256', content, certificate.key.privateKey)
    const logged = { signature, verifier: certificate.der, isCertificate: true }
    const digest = hash('sha256', content, 'buffer')
    const judged = (keyDetails: string, promise: boolean, index = 1): string[] => {
      const body = hashedRekordV2(logged, 'SHA2_256', digest, keyDetails)
      const entry = { body, version: '0.0.2', promise, index, origin: 'log.forge' }
      return evaluate(forgeBundle({ leaf: certificate, signature, entry, stamps: [{}] })).codes
    }
    expect(judged('PKIX_ECDSA_P256_SHA_256', false)).toEqual([])
    expect(judged('PKIX_ECDSA_P384_SHA_384', false)).toEqual(refused)
    expect(judged('PKIX_ECDSA_P256_SHA_256', true)).toEqual(refused)
    expect(judged('PKIX_ECDSA_P256_SHA_256', false, 0)).toEqual(refused)
  })

  test('whose promise is signed by another key is refused', () => {
    const bundle = forgeBundle()
    const promise = bundle.verificationMaterial.tlogEntries[0]?.inclusionPromise
    if (promise) promise.signedEntryTimestamp = sign('sha256', content, ec().privateKey)
    expect(evaluate(bundle).codes).toEqual(refused)
  })

  test('whose checkpoint is signed by another key is refused', () => {
    expect(evaluate(forgeBundle({ entry: { checkpointKey: ec() } })).codes).toEqual(refused)
  })

  test('whose proof leads to another root, or is of another size, than the log signed is refused', () => {
    expect(evaluate(forgeBundle({ entry: { checkpointRoot: Buffer.alloc(32) } })).codes).toEqual(refused)
    expect(evaluate(forgeBundle({ entry: { checkpointSize: 3 } })).codes).toEqual(refused)
  })

  test.each([
    ['another index of the log', (entry: Entry) => (entry.logIndex = '2')],
    ['another time', (entry: Entry) => (entry.integratedTime = String(Number(entry.integratedTime) + 1))],
    ['another place in the tree', (entry: Entry) => entry.inclusionProof && (entry.inclusionProof.logIndex = '0')],
    ['another size of the tree', (entry: Entry) => entry.inclusionProof && (entry.inclusionProof.treeSize = '3')],
    ['another root', (entry: Entry) => entry.inclusionProof?.rootHash.fill(1)],
    ['another neighbour', (entry: Entry) => entry.inclusionProof?.hashes[0]?.fill(1)],
    ['one neighbour more', (entry: Entry) => entry.inclusionProof?.hashes.push(Buffer.alloc(32))],
    ['no neighbour', (entry: Entry) => entry.inclusionProof?.hashes.pop()],
    ['neither promise nor proof', (entry: Entry) => (entry.inclusionPromise = entry.inclusionProof = undefined)],
  ])('with %s is refused', (_, change) => {
    const bundle = forgeBundle()
    change(bundle.verificationMaterial.tlogEntries[0] as Entry)
    expect(evaluate(bundle).codes).toEqual(refused)
  })

  test('with the promise alone, or the proof alone and a timestamp, is accepted', () => {
    expect(evaluate(forgeBundle({ entry: { proof: false } })).codes).toEqual([])
    expect(evaluate(forgeBundle({ entry: { promise: false }, stamps: [{}] })).codes).toEqual([])
  })

  test('of a log that is not trusted counts for nothing', () => {
    const { codes, evidence } = evaluate(forgeBundle({ entry: { key: ec() } }))
    expect(codes).toEqual(['CERTIFICATE_INVALID', 'LOG_MISSING', 'TIME_MISSING'])
    expect(evidence).toMatchObject({ entries: [], times: [], unknown: [{ check: 'log' }] })
  })

  test('twice in the same bundle is refused', () => {
    const bundle = forgeBundle()
    bundle.verificationMaterial.tlogEntries.push(...bundle.verificationMaterial.tlogEntries)
    expect(evaluate(bundle).codes).toEqual(refused)
  })

  test('twice with different indexes is one log, not two', () => {
    const certificate = leaf()
    const signature = sign('sha256', content, certificate.key.privateKey)
    const bundle = forgeBundle({ leaf: certificate, signature })
    const again = forgeBundle({ leaf: certificate, signature, entry: { index: 9 } })
    bundle.verificationMaterial.tlogEntries.push(...again.verificationMaterial.tlogEntries)
    const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { log: 2 })
    expect(evaluate(bundle).evidence.entries).toHaveLength(2)
    expect(evaluate(bundle, { policy }).codes).toEqual(['LOG_MISSING'])
  })
})

type Entry = Bundle['verificationMaterial']['tlogEntries'][number]
