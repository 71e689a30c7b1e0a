// Changes of DER (X.690) that keep the encoding around them sound, so that they reach the readers of certificates, timestamps
// and signatures; and some that do not.
import { editBytes } from './bytes.ts'
import type { Random } from './random.ts'

interface Element {
  tag: number
  content: Buffer
  /** Of one whose content is elements; these count then. */
  elements?: Element[] | undefined
  /** The length as it must not be written. */
  oddLength?: 'long' | 'indefinite'
}

/** The elements in `bytes`, also those in strings of bytes; `undefined` when they are no DER. */
function read(bytes: Buffer): Element[] | undefined {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at] ?? 0
    let length = bytes[at + 1] ?? 0x80
    let header = 2
    if (length >= 0x80) {
      const count = length & 0x7f
      if (count === 0 || count > 3 || at + 2 + count > bytes.length) return undefined
      length = bytes.readUIntBE(at + 2, count)
      header += count
    }
    const content = bytes.subarray(at + header, at + header + length)
    if (content.length !== length) return undefined
    // Extensions and timestamps keep DER in OCTET STRINGs, keys in BIT STRINGs.
    const inner = (tag & 0x20) !== 0 || (tag === 0x04 && length > 1) ? read(content) : undefined
    elements.push({ tag, content, elements: inner })
    at += header + length
  }
  return elements
}

function write(element: Element): Buffer {
  const { tag, oddLength } = element
  const body = bodyOf(element)
  if (oddLength === 'indefinite') return Buffer.concat([Buffer.of(tag, 0x80), body, Buffer.of(0, 0)])
  if (oddLength === 'long')
    return Buffer.concat([Buffer.of(tag, 0x83, 0), Buffer.of(body.length >> 8, body.length & 255), body])
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body])
  if (body.length < 0x100) return Buffer.concat([Buffer.of(tag, 0x81, body.length), body])
  return Buffer.concat([Buffer.of(tag, 0x82, body.length >> 8, body.length & 255), body])
}

const bodyOf = ({ content, elements }: Element): Buffer =>
  elements === undefined ? content : Buffer.concat(elements.map(write))

interface Place {
  readonly siblings: Element[]
  readonly index: number
  readonly element: Element
}

function places(siblings: Element[]): Place[] {
  return siblings.flatMap((element, index) => [{ siblings, index, element }, ...places(element.elements ?? [])])
}

function setContent(element: Element, content: Buffer): void {
  element.content = content
  element.elements = undefined
}

type Edit = (place: Place, random: Random) => void

const edits: Readonly<Record<string, Edit>> = {
  content({ element }, random) {
    setContent(element, editBytes(bodyOf(element), random)[1])
  },
  flip({ element }, random) {
    if (element.elements !== undefined || element.content.length === 0) return
    const copy = Buffer.from(element.content)
    const at = random.below(copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
    element.content = copy
  },
  tag: ({ element }, random) =>
    void (element.tag = random.pick([0x01, 0x02, 0x04, 0x0c, 0x13, 0x16, 0x30, 0x31, 0x80, 0xa0, element.tag ^ 0x20])),
  remove: ({ siblings, index }) => void siblings.splice(index, 1),
  repeat: ({ siblings, index, element }) => void siblings.splice(index, 0, element),
  exchange({ siblings, index, element }, random) {
    const other = random.below(siblings.length)
    siblings[index] = siblings[other] ?? element
    siblings[other] = element
  },
  empty: ({ element }) => setContent(element, Buffer.of()),
  parameters: ({ siblings }) => void siblings.push({ tag: 0x05, content: Buffer.of() }),
  addition: ({ siblings }, random) => void siblings.push({ tag: 0x04, content: random.bytes(4) }),
  pad({ element }) {
    if (element.elements === undefined) element.content = Buffer.concat([Buffer.of(0), element.content])
  },
  longLength: ({ element }) => void (element.oddLength = 'long'),
  indefiniteLength: ({ element }) => void (element.oddLength = 'indefinite'),
}

/** One change inside DER; `undefined` when `bytes` are none. */
export function editDer(bytes: Buffer, random: Random): readonly [name: string, Buffer] | undefined {
  const elements = read(bytes)
  if (elements === undefined || elements.length === 0) return undefined
  const [twin] = random.chance(0.1) ? otherSignatures(elements) : []
  if (twin !== undefined) return ['twin', twin]
  const name = random.pick(Object.keys(edits))
  edits[name]?.(random.pick(places(elements)), random)
  return [name, Buffer.concat(elements.map(write))]
}

const orders = new Map([
  [32, 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n],
  [48, 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n],
])

/** With (r, s) also (r, n - s) is a signature by ECDSA: anybody can make it, and it is as good. */
function otherSignatures([outer]: readonly Element[]): Buffer[] {
  const [r, s, ...others] = outer?.elements ?? []
  if (outer?.tag !== 0x30 || r?.tag !== 0x02 || s?.tag !== 0x02 || others.length > 0) return []
  const size = Math.max(r.content.length, s.content.length) > 40 ? 48 : 32
  const twin = (orders.get(size) ?? 0n) - BigInt(`0x0${s.content.toString('hex')}`)
  if (twin <= 0n) return []
  const hex = twin.toString(16)
  const digits = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  const content = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits
  return [write({ ...outer, elements: [r, { tag: 0x02, content }] })]
}
