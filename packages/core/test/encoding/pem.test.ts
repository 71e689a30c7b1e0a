import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pemDecode, pemEncode, preAuthEncoding } from '../../src/encoding/index.ts'

const invalid = expect.objectContaining({ code: 'ENCODING_INVALID' })
const bytes = Buffer.from(Array.from({ length: 200 }, (_, at) => at))
const pem = pemEncode('A KEY', bytes)

test('PEM has lines of 64 characters and ends with a line end', () => {
  expect(pem.split('\n').map((line) => line.length)).toEqual([21, 64, 64, 64, 64, 12, 19, 0])
})

test('any bytes survive PEM', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (content) => {
      expect(pemDecode(pemEncode('X', content))).toEqual([{ label: 'X', der: Buffer.from(content) }])
    }),
  )
})

test.each([
  ['CRLF', pem.replaceAll('\n', '\r\n')],
  [
    'lines of 76 characters',
    `-----BEGIN A KEY-----\n${bytes.toString('base64').replace(/.{76}/g, '$&\n')}\n-----END A KEY-----`,
  ],
  ['a single line', `-----BEGIN A KEY-----\n${bytes.toString('base64')}\n-----END A KEY-----`],
  ['spaces for line ends', pem.replaceAll('\n', ' ')],
  ['indented lines', pem.replaceAll('\n', '\n    ')],
  ['text around it', `issuer: me\n\n${pem}\nthe end`],
])('PEM with %s is read', (_, text) => {
  expect(pemDecode(text)).toEqual([{ label: 'A KEY', der: bytes }])
})

test('several blocks are read in order', () => {
  const blocks = pemDecode(pemEncode('A', Buffer.from('1')) + pemEncode('B', Buffer.from('2')))
  expect(blocks.map(({ label, der }) => label + der.toString())).toEqual(['A1', 'B2'])
})

test('a block of another label than the one asked for is refused', () => {
  expect(pemDecode(pem, 'A KEY')).toHaveLength(1)
  expect(() => pemDecode(pem + pemEncode('B', bytes), 'A KEY')).toThrow(
    expect.objectContaining({ code: 'ENCODING_INVALID', found: '-----BEGIN B-----' }),
  )
})

test.each([
  ['no block', 'hello'],
  ['no end', pem.slice(0, -10)],
  ['another label at the end', pem.replace('END A KEY', 'END B KEY')],
  ['a damaged line', pem.replace('AAEC', 'AAE$')],
  ['a lost character', pem.replace('AAEC', 'AAE')],
  ['headers', pem.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\n\n')],
])('PEM with %s is refused', (_, text) => {
  expect(() => pemDecode(text)).toThrow(invalid)
})

test('a large text of unfinished blocks is refused without a crash', () => {
  expect(() => pemDecode('-----BEGIN A-----\nAAAA'.repeat(100_000))).toThrow(invalid)
  expect(() => pemDecode(`-----BEGIN A-----${'\n'.repeat(1_000_000)}`)).toThrow(invalid)
})

test('the pre-authentication encoding is the one of the DSSE protocol', () => {
  expect(preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  )
  expect(preAuthEncoding('ü', Buffer.from('€')).toString()).toBe('DSSEv1 2 ü 3 €')
})
