import fc from 'fast-check'
import { expect, test } from 'vitest'
import { base64Decode, base64Encode, hexDecode } from '../../src/encoding/index.ts'

const invalid = expect.objectContaining({ code: 'ENCODING_INVALID' })

test('any bytes survive base64 and hexadecimal', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(base64Decode(base64Encode(bytes)).equals(bytes)).toBe(true)
      expect(hexDecode(Buffer.from(bytes).toString('hex')).equals(bytes)).toBe(true)
    }),
  )
})

test('a view into a larger buffer is encoded without its surroundings', () => {
  expect(base64Encode(new Uint8Array([0, 1, 2, 3]).subarray(1, 3))).toBe('AQI=')
})

test.each([
  ['white space', 'AQ I='],
  ['a line end', 'AQI=\n'],
  ['no padding', 'AQI'],
  ['too much padding', 'AQI=='],
  ['padding in the middle', 'AQ==AQI='],
  ['stray bits in the last character', 'AQJ='],
  ['the URL alphabet', '-_8='],
  ['a foreign character', 'AQ$I'],
  ['a lone character', 'A'],
])('base64 with %s is refused', (_, text) => {
  expect(() => base64Decode(text)).toThrow(invalid)
})

test('no two texts decode to the same bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'AQgw/+-_= \n'.split('')) }), (text) => {
      let bytes: Buffer
      try {
        bytes = base64Decode(text)
      } catch (error) {
        expect(error).toEqual(invalid)
        return
      }
      expect(base64Encode(bytes)).toBe(text)
    }),
    { numRuns: 2000 },
  )
})

test('32 MiB of base64 are decoded, and with a stray last character refused without a crash', () => {
  const text = 'QUJD'.repeat(8 * 1024 * 1024)
  expect(base64Decode(text).length).toBe(24 * 1024 * 1024)
  expect(() => base64Decode(`${text}!`)).toThrow(invalid)
})

test('hexadecimal is read in both cases', () => {
  expect(hexDecode('00fFA9')).toEqual(Buffer.from([0, 255, 169]))
  expect(hexDecode('')).toEqual(Buffer.alloc(0))
})

test.each([
  ['an odd length', 'abc'],
  ['a foreign character', 'zz'],
  ['a prefix', '0xab'],
  // U+0161 and U+0162 have the low bytes of "a" and "b".
  ['characters that only end in the right byte', '\u0161\u0162'],
])('hexadecimal with %s is refused', (_, text) => {
  expect(() => hexDecode(text)).toThrow(invalid)
})

test('a message names what was decoded and not its content', () => {
  expect(() => base64Decode('secret!', 'the token')).toThrow('the token is not valid base64')
  expect(() => hexDecode('secret!', 'the digest')).toThrow('the digest is not valid hexadecimal')
})
