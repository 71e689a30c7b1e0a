import { expect, test } from 'vitest'
import { messageReader } from '../../src/encoding/index.ts'

const read = messageReader('BUNDLE_INVALID', 'the bundle')
const invalid = expect.objectContaining({ code: 'BUNDLE_INVALID' })
const names = { ONE: 1, TWO: 2 }

test('text with half of a surrogate pair is refused, as protobuf has no form for it', () => {
  for (const text of ['\ud800', 'a\udc00b']) expect(() => read.text(text, 'x')).toThrow(invalid)
  expect(read.text('\u{1f511}', 'x')).toBe('\u{1f511}')
})

test('absent scalars and lists have their zero value, as Go leaves zeros out', () => {
  for (const absent of [undefined, null]) {
    expect(read.text(absent, 'x')).toBe('')
    expect(read.bytes(absent, 'x')).toEqual(Buffer.alloc(0))
    expect(read.integer(absent, 'x')).toBe('0')
    expect(read.list(absent, 'x', 1)).toEqual([])
    expect(read.optional(absent, 'x', [])).toBeUndefined()
    expect(() => read.object(absent, 'x', [])).toThrow(invalid)
  }
})

test.each([
  [5, '5'],
  ['5', '5'],
  ['9223372036854775807', '9223372036854775807'],
  [2 ** 53 - 1, '9007199254740991'],
])('the integer %o is read as %s', (value, text) => {
  expect(read.integer(value, 'x')).toBe(text)
})

test.each(['9223372036854775808', '-1', -1, 2 ** 53, 1.5, '1e3', '007', ' 5', '', true, [5]])(
  '%o is no integer from 0 to 2^63-1',
  (value) => {
    expect(() => read.integer(value, 'x')).toThrow(invalid)
  },
)

test('a choice is read by name and by number, and an unknown one is none', () => {
  const numbers = { 1: 1, 2: 2 }
  expect(['ONE', 2, 'THREE', 9, 'toString', undefined].map((value) => read.choice(value, 'x', names, numbers))).toEqual(
    [1, 2, undefined, undefined, undefined, undefined],
  )
})

test.each<[string, () => unknown]>([
  ['an unknown member', () => read.object({ a: 1, b: 2 }, 'x', ['a'])],
  ['a member that is inherited elsewhere', () => read.object(JSON.parse('{"__proto__": {}}'), 'x', ['a'])],
  ['a list for an object', () => read.object([], 'x', [])],
  ['a text for an object', () => read.optional('{}', 'x', [])],
  ['a number for a text', () => read.text(5, 'x')],
  ['an object for a list', () => read.list({ length: 1 }, 'x', 5)],
  ['too many items', () => read.list([1, 2], 'x', 1)],
  ['base64 of the URL kind', () => read.bytes('-_8=', 'x')],
  ['a number for bytes', () => read.bytes(5, 'x')],
  ['an odd number of hexadecimal digits', () => read.hex('abc', 'x')],
])('%s is refused, and the place is named', (_, call) => {
  expect(call).toThrow(invalid)
  expect(call).toThrow('the bundle is not valid: x')
})

test.each([
  ['2026-06-01T12:00:00Z', '2026-06-01T12:00:00.000Z'],
  ['2026-06-01T12:00:00.123456789Z', '2026-06-01T12:00:00.123Z'],
  ['2026-06-01T00:30:00+02:00', '2026-05-31T22:30:00.000Z'],
  ['2024-02-29T23:59:59-01:00', '2024-03-01T00:59:59.000Z'],
])('%s is a time', (text, moment) => {
  expect(read.time(text, 'x')?.toISOString()).toBe(moment)
})

test.each([
  '2026-06-01T12:00:00',
  '2026-06-01',
  '2026-06-01 12:00:00Z',
  '2020-02-30T00:00:00Z',
  '2023-02-29T00:00:00Z',
  '2020-02-20T24:00:00Z',
  '2020-13-01T00:00:00Z',
  '2020-02-20T23:60:00Z',
  '2020-02-20T23:00:00+25:00',
  'yesterday',
  5,
])('%o is no time', (value) => {
  expect(() => read.time(value, 'x')).toThrow(invalid)
})

test('a time that is absent is none', () => {
  for (const absent of [undefined, null, '']) expect(read.time(absent, 'x')).toBeUndefined()
})
