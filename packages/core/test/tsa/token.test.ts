import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSealwaxError } from '../../src/errors.ts'
import { parseTimestamp, verifyTimestamp } from '../../src/tsa/index.ts'
import { timestampResponse } from '../forge/timestamp.ts'
import { forge, signingTime, trustedRoot } from '../forge/world.ts'
import { vectors } from '../verify/vectors.ts'

const over = Buffer.from('a signature')
const authority = { ...forge.stamp, issuerName: 'forge time root', serial: 77 }
const token = timestampResponse({ authority, over, time: signingTime })
const { timestampAuthorities } = trustedRoot()
const invalid = expect.objectContaining({ code: 'TIMESTAMP_INVALID' })

test('a timestamp is read and verified', () => {
  expect(parseTimestamp(token)).toMatchObject({
    time: signingTime,
    imprint: { hash: 'sha256' },
    serial: '63',
    certificates: [],
  })
  expect(verifyTimestamp(parseTimestamp(token), over, timestampAuthorities)).toEqual({
    time: signingTime,
    authority: 'https://time.forge',
  })
})

test('one that none of the authorities made is nobody’s, and one over other bytes is wrong before anybody is asked', () => {
  expect(verifyTimestamp(parseTimestamp(token), over, [])).toBeUndefined()
  expect(() => verifyTimestamp(parseTimestamp(token), Buffer.from('other'), [])).toThrow(invalid)
})

test('real timestamps are read', () => {
  const tokens = vectors.flatMap(
    ({ bundle }) => bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [],
  )
  expect(tokens.length).toBeGreaterThanOrEqual(4)
  for (const { signedTimestamp } of tokens)
    expect(parseTimestamp(signedTimestamp).time.getFullYear()).toBeGreaterThan(2024)
})

describe('damaged', () => {
  test('at any length it is cut off, it is refused', () => {
    for (let length = 0; length < token.length; length++)
      expect(() => parseTimestamp(token.subarray(0, length))).toThrow(invalid)
    expect(() => parseTimestamp(Buffer.concat([token, Buffer.of(0)]))).toThrow(invalid)
    expect(() => parseTimestamp(Buffer.alloc(70_000, 0x30))).toThrow(invalid)
  })

  test('in any one bit, it never verifies as another time', () => {
    for (let bit = 0; bit < token.length * 8; bit++) {
      const bytes = Buffer.from(token)
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      try {
        const verified = verifyTimestamp(parseTimestamp(bytes), over, timestampAuthorities)
        if (verified !== undefined) expect([bit, verified.time]).toEqual([bit, signingTime])
      } catch (error) {
        expect(isSealwaxError(error)).toBe(true)
      }
    }
  })

  test('in any way, it is read or refused, and nothing else happens', () => {
    const change = fc.tuple(fc.nat(token.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const bytes = Buffer.from(token)
        for (const [at, value] of changes) bytes[at] = value
        try {
          verifyTimestamp(parseTimestamp(bytes), over, timestampAuthorities)
        } catch (error) {
          expect(isSealwaxError(error)).toBe(true)
        }
      }),
      { numRuns: 2000, seed: 1 },
    )
  })
})

test('a token that brings another certificate than the authority’s own is refused', () => {
  const stranger = timestampResponse({ authority, over, time: signingTime, embed: [forge.intermediate.der] })
  expect(() => verifyTimestamp(parseTimestamp(stranger), over, timestampAuthorities)).toThrow(invalid)
  const own = timestampResponse({ authority, over, time: signingTime, embed: [forge.stamp.der] })
  expect(verifyTimestamp(parseTimestamp(own), over, timestampAuthorities)).toBeDefined()
})

test('what is neither a certificate nor a signer is refused, also where a certificate would be', () => {
  const own = timestampResponse({ authority, over, time: signingTime, embed: [forge.stamp.der] })
  const at = own.indexOf(forge.stamp.der) - 4
  expect(own[at]).toBe(0xa0)
  for (const tag of [0x80, 0xa1, 0xa2, 0x30, 0x31]) {
    const changed = Buffer.from(own)
    changed[at] = tag
    expect(() => parseTimestamp(changed)).toThrow(invalid)
  }
})
