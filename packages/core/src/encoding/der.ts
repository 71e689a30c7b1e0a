import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'

/** Universal tag numbers that this project meets, as whole identifier octets (X.690 section 8.1.2). */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** One element of a DER encoding. `raw` is the element as a whole, `content` is without tag and length. */
export interface DerNode {
  /** The identifier octet: class, constructed bit and number. */
  readonly tag: number
  readonly raw: Buffer
  readonly content: Buffer
  /** The elements inside; empty for a primitive one. Read on demand, so that unused parts cost nothing. */
  children(): DerNode[]
}

/**
 * Reads exactly one DER element (X.690 section 10) and nothing after it. Indefinite lengths, lengths that are not the
 * shortest, multi-byte tags and overruns are refused: with BER two readers could see two things in the same bytes.
 * @throws SealwaxError `ENCODING_INVALID`
 */
export function readDer(bytes: Uint8Array): DerNode {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const node = readAt(buffer, 0, 0)
  if (node.raw.length !== buffer.length) throw invalid('bytes after the end of the value')
  return node
}

function readAt(buffer: Buffer, start: number, depth: number): DerNode {
  if (depth > limits.depth) throw invalid('nested too deeply')
  const tag = buffer[start]
  const first = buffer[start + 1]
  if (tag === undefined || first === undefined) throw invalid('the value ends early')
  if ((tag & 0x1f) === 0x1f) throw invalid('a tag of more than one byte')
  let header = 2
  let length = first
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count === 0 || count > 4) throw invalid('an indefinite or oversized length')
    if (start + 2 + count > buffer.length) throw invalid('the value ends early')
    length = buffer.readUIntBE(start + 2, count)
    if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw invalid('a length that is not the shortest')
    header += count
  }
  const end = start + header + length
  if (end > buffer.length) throw invalid('the value ends early')
  const content = buffer.subarray(start + header, end)
  return {
    tag,
    raw: buffer.subarray(start, end),
    content,
    children: () => ((tag & 0x20) === 0 ? [] : readAll(content, depth + 1)),
  }
}

function readAll(content: Buffer, depth: number): DerNode[] {
  const nodes: DerNode[] = []
  for (let at = 0; at < content.length;) {
    const node = readAt(content, at, depth)
    nodes.push(node)
    at += node.raw.length
  }
  return nodes
}

function invalid(found: string): SealwaxError {
  return new SealwaxError('ENCODING_INVALID', 'the value is not valid DER', {
    expected: 'one DER element (X.690 section 10)',
    found,
  })
}

/** One element with this identifier octet and content. */
export function derNode(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const length = Buffer.from(body.length.toString(16).padStart(8, '0'), 'hex')
  const short = length.subarray(length.findIndex((octet) => octet !== 0))
  return Buffer.concat([Buffer.from([tag, 0x80 | short.length]), short, body])
}

export const derSequence = (...items: readonly Uint8Array[]): Buffer => derNode(tags.sequence, ...items)
export const derSet = (...items: readonly Uint8Array[]): Buffer => derNode(tags.set, ...items)
export const derOctets = (bytes: Uint8Array): Buffer => derNode(tags.octetString, bytes)
export const derNull = (): Buffer => derNode(tags.null)
export const derBoolean = (value: boolean): Buffer => derNode(tags.boolean, Buffer.from([value ? 0xff : 0]))
/** A context-specific constructed element `[number]`. */
export const derContext = (number: number, ...items: readonly Uint8Array[]): Buffer => derNode(0xa0 | number, ...items)

/** A non-negative integer, given as a number or as big-endian bytes. */
export function derInteger(value: number | Uint8Array): Buffer {
  const bytes = typeof value === 'number' ? bigEndian(value) : Buffer.from(value)
  const start = bytes.findIndex((octet) => octet !== 0)
  const magnitude = start === -1 ? Buffer.from([0]) : bytes.subarray(start)
  // A set top bit would make it negative (X.690 section 8.3).
  return (magnitude[0] ?? 0) >= 0x80
    ? derNode(tags.integer, Buffer.from([0]), magnitude)
    : derNode(tags.integer, magnitude)
}

function bigEndian(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new SealwaxError('USAGE', 'a DER integer is made from a safe non-negative number', {
      expected: 'an integer from 0 to 2^53 - 1',
      found: String(value),
    })
  return Buffer.from(value.toString(16).padStart(14, '0'), 'hex')
}

/**
 * The value of a BOOLEAN element. DER has one octet for each of the two, where other readers take any for true.
 * @throws SealwaxError `ENCODING_INVALID`
 */
export function booleanValue({ tag, content }: DerNode): boolean {
  const [octet] = content
  if (tag === tags.boolean && content.length === 1 && (octet === 0 || octet === 0xff)) return octet === 0xff
  throw invalid('no BOOLEAN of 00 or FF')
}

/** An object identifier from its dotted text. */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return derNode(tags.oid, Buffer.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(value: number): number[] {
  const octets = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift((rest % 128) | 0x80)
  return octets
}

// Real ones have at most some thirty bytes; the arithmetic below grows with the square of the length.
const longestOid = 128

/**
 * The dotted text of an object identifier element.
 * @throws SealwaxError `ENCODING_INVALID`
 */
export function oidText(node: DerNode): string {
  if (node.content.length > longestOid) throw invalid(`an object identifier of ${node.content.length} bytes`)
  const arcs: bigint[] = []
  let arc = 0n
  for (const octet of node.content) {
    if (arc === 0n && octet === 0x80) throw invalid('an object identifier with padding')
    arc = (arc << 7n) | BigInt(octet & 0x7f)
    if (octet < 0x80) {
      arcs.push(arc)
      arc = 0n
    }
  }
  const last = node.content.at(-1)
  const [head, ...rest] = arcs
  if (node.tag !== tags.oid || head === undefined || last === undefined || last >= 0x80)
    throw invalid('no object identifier')
  const first = head < 80n ? head / 40n : 2n
  return [first, head - first * 40n, ...rest].join('.')
}
