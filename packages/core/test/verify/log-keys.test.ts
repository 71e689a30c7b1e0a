import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseTrustedRoot } from '../../src/trust/index.ts'
import { certificateTimestamp } from '../forge/certificate.ts'
import {
  forgeBundle,
  leaf,
  leafWishes,
  type ListedLog,
  signingTime,
  trustedRoot,
  trustedRootJson,
} from '../forge/world.ts'
import { evaluate } from './evaluate.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const forms: [string, ListedLog][] = [
  ['as SubjectPublicKeyInfo', rsa],
  ['as PKCS#1', { ...rsa, isPkcs1: true }],
]

describe.each(forms)('a log with an RSA key, listed %s,', (_, listed) => {
  test('is believed in its promise and its checkpoint, and only with its own key', () => {
    const root = trustedRoot({ log: listed })
    for (const entry of [{ key: rsa }, { key: rsa, proof: false }])
      expect(evaluate(forgeBundle({ entry }), { root }).codes).toEqual([])
    const bundle = forgeBundle({ entry: { key: rsa, promise: false }, stamps: [{}] })
    expect(evaluate(bundle, { root }).codes).toEqual([])
    const forged = forgeBundle({ entry: { key: rsa, checkpointKey: stranger } })
    expect(evaluate(forged, { root }).codes).toEqual(['LOG_ENTRY_INVALID'])
    const promised = forgeBundle({ entry: { key: rsa } })
    const promise = promised.verificationMaterial.tlogEntries[0]?.inclusionPromise
    if (promise) promise.signedEntryTimestamp[9] = (promise.signedEntryTimestamp[9] ?? 0) ^ 1
    expect(evaluate(promised, { root }).codes).toEqual(['LOG_ENTRY_INVALID'])
  })

  test('is believed about certificates, and only with its own key', () => {
    const root = trustedRoot({ ctLog: listed })
    const signed = (key: typeof rsa): string[] => {
      const sct = certificateTimestamp(key, leafWishes, signingTime)
      return evaluate(forgeBundle({ leaf: leaf({}, [sct]) }), { root }).codes
    }
    expect(signed(rsa)).toEqual([])
    expect(signed(stranger)).toEqual(['SCT_MISSING'])
    const sct = certificateTimestamp(rsa, leafWishes, signingTime)
    sct[60] = (sct[60] ?? 0) ^ 1
    expect(evaluate(forgeBundle({ leaf: leaf({}, [sct]) }), { root }).codes).toEqual(['SCT_INVALID'])
  })
})

const sections = ['tlogs', 'ctlogs', 'certificateAuthorities', 'timestampAuthorities'] as const

describe('the time in which a key is trusted', () => {
  test.each(sections)('must have a start among the %s', (section) => {
    const invalid = expect.objectContaining({ code: 'TRUST_INVALID' })
    const parsed = (validFor: object | undefined): unknown => {
      const json = trustedRootJson({ periods: { [section]: validFor as object } })
      const [first] = json[section] as Record<string, unknown>[]
      if (validFor === undefined && first !== undefined) {
        delete first['validFor']
        delete (first['publicKey'] as Record<string, unknown> | undefined)?.['validFor']
      }
      return parseTrustedRoot(JSON.stringify(json))
    }
    expect(() => parsed({ start: '2026-01-01T00:00:00Z' })).not.toThrow()
    for (const wrong of [{}, { end: '2027-01-01T00:00:00Z' }, { start: '' }, { start: null }, undefined])
      expect(() => parsed(wrong), JSON.stringify(wrong)).toThrow(invalid)
  })
})
