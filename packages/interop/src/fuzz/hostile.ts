// Files that are made to hurt the one who reads them.
import { again, type Json, literal, places, put, write } from './json.ts'
import type { Random } from './random.ts'

const nested = (depth: number, open: string, close: string): string => `${open.repeat(depth)}1${close.repeat(depth)}`
const depths = [62, 66, 500, 10_000]

/** What is put in the place of some field. */
const values: Readonly<Record<string, (random: Random) => Json>> = {
  lists: (random) => literal(nested(random.pick(depths), '[', ']')),
  objects: (random) => literal(nested(random.pick(depths), '{"a":', '}')),
  unclosed: (random) => literal('['.repeat(random.pick(depths))),
  longText: (random) =>
    random
      .pick(['A', '=', '/', '\u00e9', '\ud83d\ude00', '0', '-----BEGIN CERTIFICATE-----\n', '\n', ' '])
      .repeat(1 << (8 + random.below(9))),
  longBase64: (random) =>
    random
      .bytes(16)
      .toString('base64')
      .replaceAll('=', 'A')
      .repeat(1 << (4 + random.below(8))),
  digits: (random) => literal('9'.repeat(1 << (4 + random.below(12)))),
  exponent: (random) =>
    literal(
      random.pick([
        '1e999999999',
        '-1e999999999',
        '1e-999999999',
        '0.1e1',
        '1E5',
        '01',
        '.5',
        '1.',
        '+1',
        'NaN',
        'Infinity',
        '0x10',
      ]),
    ),
  surrogate: (random) => literal(random.pick(['"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\u00zz"', '"\\x41"'])),
  members: (random) =>
    Object.fromEntries(Array.from({ length: random.pick([100, 5000]) }, (_, index) => [`m${index}`, index])),
  equalMembers: (random) =>
    Object.fromEntries(Array.from({ length: random.pick([2, 5000]) }, (_, index) => [again('a', index), index])),
  items: (random) => Array.from({ length: random.pick([100, 20_000]) }, () => random.pick([0, '', 'AAAA'])),
  prototype: () => ({ [again('__proto__', 0)]: { ok: true, mediaType: 'x' } }),
  manyBytesOfOid: () =>
    Buffer.concat([Buffer.of(0x30, 0x82, 0x10, 0x04, 0x06, 0x82, 0x10, 0x00), Buffer.alloc(4096, 0xff)]).toString(
      'base64',
    ),
  nestedDer: () => {
    let der: Buffer = Buffer.of(5, 0)
    for (let depth = 0; depth < 3000; depth++)
      der = Buffer.concat([Buffer.of(0x30, 0x82, der.length >> 8, der.length & 255), der])
    return der.toString('base64')
  },
}

/** What is done to the file as a whole. */
const files: Readonly<Record<string, (text: string, random: Random) => Buffer>> = {
  invalidUtf8(text, random) {
    const bytes = Buffer.from(text)
    const at = random.below(bytes.length)
    const bad = random.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]])
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(bad), bytes.subarray(at)])
  },
  byteOrderMark: (text) => Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(text)]),
  utf16: (text) => Buffer.from(text, 'utf16le'),
  nothing: () => Buffer.of(),
  space: (_, random) => Buffer.from(random.pick([' ', '\n', '\0']).repeat(random.pick([1, 100_000]))),
  spaced: (text, random) => Buffer.from(random.pick([' ', '\n', '\t', '\r']).repeat(10) + text + '\n'.repeat(10)),
  formFeed: (text) => Buffer.from(`\f${text}`),
  trailing: (text, random) => Buffer.from(text + random.pick([text, '{}', '}', ',', '\0', '//', '1'])),
  comment: (text, random) => Buffer.from(text.replace('{', random.pick(['{/**/', '{//\n', '{,']))),
  comma: (text) => Buffer.from(text.replace(/}\s*$/, ',}')),
  quotes: (text) => Buffer.from(text.replaceAll('"', "'")),
  list: (text) => Buffer.from(`[${text}]`),
  value: (_, random) => Buffer.from(random.pick(['null', 'true', '1', '""', '[]', '{}', '{"mediaType":null}'])),
  depth: (_, random) =>
    Buffer.from(random.pick(['[', '{"a":', '{"verificationMaterial":']).repeat(random.pick(depths))),
}

/** A hostile file made of a good bundle; says how. */
export function makeHostile(root: Json, random: Random): readonly [name: string, Buffer] {
  if (random.chance(0.4)) {
    const name = random.pick(Object.keys(files))
    return [name, files[name]?.(JSON.stringify(root), random) ?? Buffer.of()]
  }
  const name = random.pick(Object.keys(values))
  const place = random.pick(places(root))
  put(place, values[name]?.(random) ?? null)
  return [`${place.path.join('.')}: ${name}`, Buffer.from(write(root))]
}
