import { generateKeyPairSync } from 'node:crypto'
import { bundleFromJSON } from '@sigstore/bundle'
import { describe, expect, test } from 'vitest'
import { bundleJson, parseBundle } from '../../src/bundle/index.ts'
import { readVector, type Vector, vectors } from './vectors.ts'
import { evaluate } from './evaluate.ts'
import { oracle } from './oracle.ts'

const judged = ({ root, key, artifact, policy, bundle }: Vector, changes: object = {}): string[] =>
  evaluate(bundle, { root, ...(key && { key }), artifact, policy, ...changes }).codes

describe.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
  test('is accepted', () => {
    expect(judged(vector)).toEqual([])
  })

  test('says the same after it was written again by us', () => {
    const text = bundleJson(vector.bundle)
    expect(parseBundle(text)).toEqual(vector.bundle)
    expect(asRead(text)).toEqual(asRead(vector.text.toString()))
  })

  test('is not accepted for another identity, issuer or key', () => {
    const { policy } = vector
    if (policy.signer.kind === 'key') {
      const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
      expect(judged(vector, { key })).toContain('SIGNATURE_INVALID')
      return
    }
    for (const identity of policy.signer.anyOf) {
      const { issuer, subject } = identity
      const prefix = { exact: subject.exact?.slice(0, -1) }
      const longer = { exact: `${subject.exact}x` }
      for (const changed of [
        { issuer, subject: prefix },
        { issuer, subject: longer },
        { subject, issuer: { exact: `${issuer.exact}/` } },
      ])
        expect(judged(vector, { policy: { ...policy, signer: { kind: 'identities', anyOf: [changed] } } })).toEqual([
          'IDENTITY_MISMATCH',
        ])
    }
  })

  test('is not accepted by a trusted root of somebody else', () => {
    const stranger = vectors.find(({ rootText }) => rootText?.toString() !== vector.rootText?.toString())
    expect(judged(vector, { root: stranger?.root })).not.toEqual([])
  })
})

// @sigstore/verify finds the key of a checkpoint by the log's host name, which the instance behind othername.json did not use.
const readable = vectors.filter(({ name }) => !name.includes('othername'))

test.each(readable.map((vector) => [vector.name, vector] as const))(
  '%s is accepted by @sigstore/verify too',
  (_, vector) => {
    expect(() => oracle(vector, vector.text)).not.toThrow()
  },
)

test('a bundle with two signatures is not even read', () => {
  const text = readVector('sigstore-go/two-signatures.json')
  expect(() => parseBundle(text)).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID' }))
})

/** A bundle as the JavaScript Sigstore library reads it. */
function asRead(text: string): unknown {
  const { verificationMaterial, ...rest } = bundleFromJSON(JSON.parse(text))
  // No timestamps, and an empty list of them: the same.
  const { timestampVerificationData = { rfc3161Timestamps: [] } } = verificationMaterial
  return { ...rest, ...verificationMaterial, timestampVerificationData }
}
