import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPrintable, utf8Decode } from '../../src/encoding/index.ts'

test('text comes back as it was, a byte order mark and all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(utf8Decode(Buffer.from(text))).toBe(text)
    }),
  )
  expect(utf8Decode(Buffer.from('\ufeffa'))).toBe('\ufeffa')
})

test('bytes that are no UTF-8 are refused, not repaired', () => {
  for (const hex of ['ff', 'c080', 'eda080', '61c3', 'f4908080'])
    expect(() => utf8Decode(Buffer.from(hex, 'hex'))).toThrow(expect.objectContaining({ code: 'ENCODING_INVALID' }))
})

test('characters that do not show themselves are told from those that do', () => {
  for (const text of ['\u0000', '\n', '\u007f', '\u009f', '\u00ad', '\u200b', '\u202e', '\u2028', '\u2066', '\ufeff'])
    expect([text, isPrintable(`a${text}b`)]).toEqual([text, false])
  for (const text of ['', 'a b', 'ü', '名', '😀', 'a!b@c']) expect([text, isPrintable(text)]).toEqual([text, true])
})
