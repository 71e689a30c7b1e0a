import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  booleanValue,
  type DerNode,
  derBoolean,
  derContext,
  derInteger,
  derNode,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSet,
  oidText,
  readDer,
  tags,
} from '../../src/encoding/index.ts'

const invalid = expect.objectContaining({ code: 'ENCODING_INVALID' })
const spki = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' })

function rebuild(node: DerNode): Buffer {
  const children = node.children()
  return children.length === 0 ? derNode(node.tag, node.content) : derNode(node.tag, ...children.map(rebuild))
}

test('what OpenSSL writes is read, and written again byte for byte', () => {
  expect(rebuild(readDer(spki)).equals(spki)).toBe(true)
})

test.each([0, 1, 127, 128, 255, 256, 65_535, 65_536, 16_777_216])(
  'a value of %i bytes has the shortest length',
  (size) => {
    const encoded = derOctets(Buffer.alloc(size))
    expect(readDer(encoded).content.length).toBe(size)
    expect(encoded.length - size).toBe(size < 128 ? 2 : 2 + Math.ceil(Math.log2(size + 1) / 8))
  },
)

test('everything written is read back', () => {
  const encoded = derSequence(
    derBoolean(true),
    derNull(),
    derSet(derInteger(5)),
    derContext(0, derOctets(Buffer.from('x'))),
  )
  expect(encoded.toString('hex')).toBe('300f0101ff05003103020105a003040178')
  const [bool, nothing, set, context] = readDer(encoded).children()
  expect([bool?.tag, nothing?.tag, set?.tag, context?.tag]).toEqual([tags.boolean, tags.null, tags.set, 0xa0])
  expect(set?.children()[0]?.content).toEqual(Buffer.from([5]))
  expect(bool?.children()).toEqual([])
})

test.each([
  ['nothing', ''],
  ['a tag alone', '30'],
  ['a length that is missing', '0482'],
  ['a value that ends early', '040301'],
  ['bytes after the end', '05000500'],
  ['an indefinite length', '30800000'],
  ['a one-byte length in long form', '04817f' + '00'.repeat(127)],
  ['a length with a leading zero', '04820080' + '00'.repeat(128)],
  ['a length of five bytes', '04850000000001ff'],
  ['a tag of several bytes', '1f01aa'],
])('%s is refused', (_, hex) => {
  expect(() => readDer(Buffer.from(hex, 'hex'))).toThrow(invalid)
})

test('a child that overruns its parent is refused when it is read', () => {
  const node = readDer(Buffer.from('30030402aa', 'hex'))
  expect(() => node.children()).toThrow(invalid)
})

test('nesting is bounded', () => {
  let nested = derNull()
  for (let level = 0; level < 100; level += 1) nested = derSequence(nested)
  const walk = (node: DerNode): void => node.children().forEach(walk)
  expect(() => walk(readDer(nested))).toThrow(invalid)
})

test('arbitrary bytes are read as exactly themselves or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        expect(rebuild(readDer(bytes)).equals(bytes)).toBe(true)
      } catch (error) {
        expect(error).toEqual(invalid)
      }
    }),
    { numRuns: 3000 },
  )
})

test('a changed byte of a real structure is never read as the original', () => {
  for (let at = 0; at < spki.length; at += 1) {
    const changed = Buffer.from(spki)
    changed[at] = (changed[at] ?? 0) ^ 0x01
    try {
      expect(rebuild(readDer(changed)).equals(spki)).toBe(false)
    } catch (error) {
      expect(error).toEqual(invalid)
    }
  }
})

test.each([
  [0, '020100'],
  [127, '02017f'],
  [128, '02020080'],
  [65_537, '0203010001'],
  [2 ** 53 - 1, '02071fffffffffffff'],
  [Buffer.from('00000080', 'hex'), '02020080'],
  [Buffer.alloc(0), '020100'],
  [Buffer.from('0000', 'hex'), '020100'],
])('the integer %o has the shortest form and is not negative', (value, hex) => {
  expect(derInteger(value).toString('hex')).toBe(hex)
})

test.each([-1, 0.5, 2 ** 53, Number.NaN])('the number %d is no DER integer', (value) => {
  expect(() => derInteger(value)).toThrow(expect.objectContaining({ code: 'USAGE' }))
})

test.each([
  ['1.2.840.113549.1.1.11', '06092a864886f70d01010b'],
  ['1.3.6.1.4.1.57264.1.8', '060a2b0601040183bf300108'],
  ['2.5.29.17', '0603551d11'],
  ['2.999.3', '0603883703'],
  ['0.0', '060100'],
])('the object identifier %s is written and read', (text, hex) => {
  expect(derOid(text).toString('hex')).toBe(hex)
  expect(oidText(readDer(Buffer.from(hex, 'hex')))).toBe(text)
})

test('an object identifier with arcs beyond 2^53 is read exactly', () => {
  const uuid = Buffer.from('06136982beadfb9ca2effa9fe0d5ccd9acb2c6ce8f1d', 'hex').subarray(0, 21)
  uuid[1] = 19
  uuid[20] = 0x1d
  expect(oidText(readDer(uuid))).toMatch(/^2\.25\.[0-9]{35,40}$/)
})

test.each([
  ['another tag', '04022a03'],
  ['no content', '0600'],
  ['an arc that does not end', '06022a86'],
  ['an arc with padding', '06032a8003'],
  ['more bytes than any real one', `0681c8${'01'.repeat(200)}`],
])('an object identifier with %s is refused', (_, hex) => {
  const node = readDer(Buffer.from(hex, 'hex'))
  expect(() => oidText(node)).toThrow(invalid)
})

test('a BOOLEAN is 00 or FF and nothing else', () => {
  expect([derBoolean(true), derBoolean(false)].map((der) => booleanValue(readDer(der)))).toEqual([true, false])
  for (const hex of ['010101', '01017f', '0100', '0102ffff', '0201ff', '2101ff'])
    expect(() => booleanValue(readDer(Buffer.from(hex, 'hex')))).toThrow(invalid)
})
