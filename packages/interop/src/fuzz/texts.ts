// Changes of the texts in a bundle, by what the text is: bytes in base64, JSON in base64, a number, a checkpoint, a media type.
import { editBytes } from './bytes.ts'
import { editDer } from './der.ts'
import { type Json, literal } from './json.ts'
import type { Random } from './random.ts'

/** How JSON inside of a field is changed: as the bundle around it. */
export type EditTree = (root: Json, random: Random) => readonly [name: string, text: string]

type Named<T> = readonly [name: string, value: T]

const isBase64 = (text: string): boolean => text.length > 0 && Buffer.from(text, 'base64').toString('base64') === text

/** One change of `text`. */
export function editText(text: string, random: Random, editTree: EditTree): Named<Json> {
  if (/^[0-9]{1,20}$/.test(text)) return editNumber(text, random)
  if (text.includes('\n\n\u2014 ')) return editCheckpoint(text, random)
  if (isBase64(text)) return random.chance(0.15) ? spell(text, random) : editBase64(text, random, editTree)
  return editWord(text, random)
}

function editBase64(text: string, random: Random, editTree: EditTree): Named<string> {
  const bytes = Buffer.from(text, 'base64')
  const [name, edited] = editMeaning(bytes, random, editTree) ?? editBytes(bytes, random)
  return [name, edited.toString('base64')]
}

/** A change of what the bytes mean: JSON, PEM, or DER; most of the time. */
function editMeaning(bytes: Buffer, random: Random, editTree: EditTree): Named<Buffer> | undefined {
  if (random.chance(0.15)) return undefined
  if (bytes[0] === 0x7b) {
    try {
      const [name, text] = editTree(JSON.parse(bytes.toString()) as Json, random)
      return [`json ${name}`, Buffer.from(text)]
    } catch {
      return undefined
    }
  }
  if (bytes.subarray(0, 11).equals(Buffer.from('-----BEGIN '))) return editPem(bytes.toString('latin1'), random)
  const der = editDer(bytes, random)
  return der === undefined ? undefined : [`der ${der[0]}`, der[1]]
}

function editPem(text: string, random: Random): Named<Buffer> {
  const [, head = '', body = '', foot = ''] = /^(-----BEGIN [A-Z ]+-----\n)([^-]+)(-----END.*)$/s.exec(text) ?? []
  const der = editDer(Buffer.from(body, 'base64'), random)
  const edited: Named<string> = random.pick<() => Named<string>>([
    () => ['der', head + (der?.[1] ?? Buffer.of()).toString('base64').replaceAll(/.{64}/g, '$&\n') + '\n' + foot],
    () => ['one line', head + body.replaceAll('\n', '') + '\n' + foot],
    () => ['twice', text + text],
    () => ['words before', `words\n${text}`],
    () => ['words after', `${text}words\n`],
    () => ['no end', text.trimEnd()],
    () => ['carriage returns', text.replaceAll('\n', '\r\n')],
    () => ['header', `${head}Proc-Type: 4,ENCRYPTED\n\n${body}${foot}`],
    () => ['label', text.replaceAll('CERTIFICATE', 'X509 CERTIFICATE')],
  ])()
  return [`pem ${edited[0]}`, Buffer.from(edited[1], 'latin1')]
}

/** Other texts for the same bytes, which some readers take. */
function spell(text: string, random: Random): Named<string> {
  return random.pick<Named<string>>([
    ['without padding', text.replace(/=+$/, '')],
    ['more padding', `${text}=`],
    ['for addresses', text.replaceAll('+', '-').replaceAll('/', '_')],
    ['line break', `${text.slice(0, 8)}\n${text.slice(8)}`],
    ['space', ` ${text}`],
    ['stray bits', text.replace(/[A-Za-z0-9](=+)$/, 'B$1')],
    ['other character', `${text.slice(0, 4)}*${text.slice(4)}`],
    ['hexadecimal', Buffer.from(text, 'base64').toString('hex')],
    ['twice', Buffer.from(text).toString('base64')],
    ['two in one', text + text],
  ])
}

function editNumber(text: string, random: Random): Named<Json> {
  const value = BigInt(text)
  const name = random.pick(['next', 'before', 'other', 'number', 'zero', 'odd'] as const)
  if (name === 'next') return [name, String(value + 1n)]
  if (name === 'before') return [name, String(value - 1n)]
  if (name === 'other') return [name, String(value ^ (1n << BigInt(random.below(63))))]
  if (name === 'number') return [name, literal(text)]
  if (name === 'zero') return [name, random.pick(['0', '', '00', '-0'])]
  const odd = random.pick([
    `0${text}`,
    `+${text}`,
    `-${text}`,
    ` ${text}`,
    `${text}.0`,
    `${text}e0`,
    `0x${value.toString(16)}`,
    String(value + 2n ** 32n),
    String(value + 2n ** 64n),
    String(2n ** 63n - 1n),
    String(2n ** 63n),
    '9'.repeat(400),
    `${text}n`,
    'NaN',
  ])
  return random.chance(0.5) ? [`odd ${odd.slice(0, 30)}`, odd] : [`odd bare ${odd.slice(0, 30)}`, literal(odd.trim())]
}

function editCheckpoint(text: string, random: Random): Named<string> {
  const [head = '', signatures = ''] = text.split('\n\n')
  const lines = [...head.split('\n'), '', ...signatures.split('\n')]
  const at = random.below(lines.length)
  const name = random.pick([
    'remove',
    'repeat',
    'exchange',
    'word',
    'signature',
    'extension',
    'stranger',
    'ending',
  ] as const)
  if (name === 'remove') lines.splice(at, 1)
  if (name === 'repeat') lines.splice(at, 0, lines[at] ?? '')
  if (name === 'exchange') lines.splice(at, 2, lines[at + 1] ?? '', lines[at] ?? '')
  if (name === 'word') lines[at] = wordOf(lines[at] ?? '', random)
  if (name === 'signature') {
    const line = lines.findIndex((item, index) => item.startsWith('\u2014 ') && (index === at || random.chance(0.7)))
    lines[line] = (lines[line] ?? '').replace(/\S+$/, (blob) => {
      const bytes = Buffer.from(blob, 'base64')
      const der = editDer(bytes.subarray(4), random)?.[1]
      const edited =
        der === undefined || random.chance(0.5)
          ? editBytes(bytes, random)[1]
          : Buffer.concat([bytes.subarray(0, 4), der])
      return edited.toString('base64')
    })
  }
  if (name === 'extension')
    lines.splice(lines.indexOf(''), 0, random.pick(['extension', 'Timestamp: 1', '\u2014 a b', 'é']))
  if (name === 'stranger')
    lines.splice(
      lines.length - 1,
      0,
      `\u2014 ${random.pick(['stranger', lines[0] ?? ''])} ${random.bytes(68).toString('base64')}`,
    )
  if (name === 'ending')
    return [
      `checkpoint ${name}`,
      random.pick([text.trimEnd(), `${text}\n`, text.replaceAll('\n', '\r\n'), `${text}\u0000`, `\n${text}`]),
    ]
  return [`checkpoint ${name}`, lines.join('\n')]
}

function wordOf(line: string, random: Random): string {
  const [, word] = editWord(line, random)
  return typeof word === 'string' ? word : ''
}

const words = [
  '',
  'x',
  'null',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\ud800',
  '\u00e9',
  'e\u0301',
  'SHA2_256',
  'SHA2_512',
  'hashedrekord',
  'dsse',
  'intoto',
  '0.0.1',
  '0.0.2',
  ...[1, 2, 3, 4].flatMap((minor) => [
    `application/vnd.dev.sigstore.bundle+json;version=0.${minor}`,
    `application/vnd.dev.sigstore.bundle.v0.${minor}+json`,
  ]),
]

function editWord(text: string, random: Random): Named<Json> {
  const name = random.pick(['other', 'case', 'space', 'bytes', 'long', 'number'] as const)
  if (name === 'other') return ['word', random.pick(words)]
  if (name === 'case') return [name, random.chance(0.5) ? text.toUpperCase() : text.toLowerCase()]
  if (name === 'space') return [name, random.pick([` ${text}`, `${text} `, `${text}\n`, text.replace(';', '; ')])]
  if (name === 'long') return [name, text.repeat(2 + random.below(20))]
  if (name === 'number') return [name, random.below(20)]
  return [`word ${name}`, editBytes(Buffer.from(text), random)[1].toString()]
}
