import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, parseJson } from '../../src/encoding/index.ts'

const invalid = expect.objectContaining({ code: 'INPUT_INVALID' })
const parse = (input: string | Uint8Array): unknown => parseJson(input, 'the file', 1024 * 1024)

test('the example of RFC 8785 section 3.2 is canonical', () => {
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '€$\u000f\nA\'B"\\\\"/',
    literals: [null, true, false],
  }
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  )
})

test('keys are sorted by UTF-16 code units as in RFC 8785 section 3.2.3', () => {
  const names = ['€', '\r', '\ufb33', '1', '😀', '\u0080', 'ö']
  const sorted = ['\r', '1', '\u0080', 'ö', '€', '😀', '\ufb33']
  const value = Object.fromEntries(names.map((name) => [name, 0]))
  expect(canonicalJson(value)).toBe(`{${sorted.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`)
})

test('the order of members never shows, and canonical JSON means the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = canonicalJson(value)
      const reversed: unknown = JSON.parse(JSON.stringify(value), (_, member: unknown) =>
        typeof member === 'object' && member !== null && !Array.isArray(member)
          ? Object.fromEntries(Object.entries(member).reverse())
          : member,
      )
      expect(canonicalJson(reversed)).toBe(text)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('absent members are left out and absent items are null', () => {
  expect(canonicalJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}')
})

test.each([
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['half of a surrogate pair', '\ud83d'],
  ['half of a surrogate pair in a name', { '\ud83d': 1 }],
  ['a function', { f: () => 1 }],
  ['a bigint', 1n],
  ['nothing', undefined],
])('%s has no canonical JSON', (_, value) => {
  expect(() => canonicalJson(value)).toThrow(invalid)
})

test('nesting without end is refused, not a crash', () => {
  let value: unknown = 1
  for (let level = 0; level < 100_000; level += 1) value = [value]
  expect(() => canonicalJson(value)).toThrow(invalid)
  expect(() => parse('['.repeat(100_000) + ']'.repeat(100_000))).toThrow(invalid)
  expect(() => parse('{"a":'.repeat(65) + '1' + '}'.repeat(65))).toThrow(invalid)
  expect(parse('['.repeat(64) + ']'.repeat(64))).toBeDefined()
})

test('brackets inside strings are no nesting', () => {
  const value = { a: '['.repeat(1000), 'b"{\\': '\\"[[['.repeat(100), c: [['\\']] }
  expect(parse(JSON.stringify(value))).toEqual(value)
})

test('a string that only seems to end does not hide nesting', () => {
  expect(() => parse(`{"a\\\\":${'['.repeat(70)}${']'.repeat(70)}}`)).toThrow(invalid)
})

test('any JSON value is read from text and from bytes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
      const text = JSON.stringify(value)
      expect(parse(text)).toEqual(JSON.parse(text))
      expect(parse(Buffer.from(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('arbitrary text is JSON or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,\\1n'.split('')) }), (text) => {
      let expected: unknown = invalid
      try {
        expected = JSON.parse(text)
      } catch {
        expect(() => parse(text)).toThrow(invalid)
        return
      }
      expect(parse(text)).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a byte order mark', Buffer.from('\ufeff{}')],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['two values', Buffer.from('{} {}')],
  ['a string without an end', Buffer.from('"abc')],
])('%s is refused', (_, bytes) => {
  expect(() => parse(bytes)).toThrow(invalid)
})

test('what is too large is refused before it is parsed, counted in bytes', () => {
  const tooLarge = expect.objectContaining({ code: 'INPUT_TOO_LARGE', found: '7 bytes' })
  expect(() => parseJson('"€€"', 'the file', 7)).toThrow(expect.objectContaining({ found: '8 bytes' }))
  expect(() => parseJson('"€ab"'.slice(0, 5), 'the file', 6)).toThrow(tooLarge)
  expect(parseJson('"€€"', 'the file', 8)).toBe('€€')
})

test('the content never shows in the error', () => {
  const error = thrownBy(() => parse('password=hunter2'))
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain('hunter2')
  expect(error).toMatchObject({ code: 'INPUT_INVALID', found: '16 bytes that are not JSON' })
})

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

test.each([
  ['side by side', '{"a":1,"a":1}'],
  ['with others between', '{"a":1,"b":{"a":[{"a":2}]},"c":"a","a":3}'],
  ['deep inside', '[[{"x":{"a":1,"a":2}}]]'],
  ['one of them escaped', '{"ab":1,"\\u0061b":2}'],
  ['with white space', '{ "a" : 1 ,\n "a" : 2 }'],
  ['after an empty list', '{"a":[],"a":1}'],
  ['named like the prototype', '{"__proto__":1,"__proto__":2}'],
  ['in an object of many members', `{${Array.from({ length: 100 }, (_, at) => `"m${at}":0`).join(',')},"m7":0}`],
  ['late in an object of many members', `{${Array.from({ length: 100 }, (_, at) => `"m${at}":0`).join(',')},"m99":0}`],
])('a member that is there twice is refused: %s', (_, text) => {
  expect(() => parse(text)).toThrow(invalid)
  expect(() => parse(Buffer.from(text))).toThrow(expect.objectContaining({ found: 'one of them twice' }))
})

test('the same name in several objects, in a list or in a text is no member twice', () => {
  for (const text of [
    '[{"a":1},{"a":1}]',
    '{"a":{"a":{"a":1}},"b":"a"}',
    '{"a":"a","b":["a","a"],"c":"{\\"a\\":1,\\"a\\":2}"}',
    '["a","a",{"a":["a",{"a":1}],"b":"\\\\","c":1}]',
  ])
    expect(parse(text)).toEqual(JSON.parse(text))
})

test('whatever JSON it is, it is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expect(parse(text)).toEqual(JSON.parse(text))
    }),
  )
})
