// Changes of bytes that know nothing of what the bytes mean.
import type { Random } from './random.ts'

type Edit = (bytes: Buffer, random: Random) => Buffer

/** Where `bytes` are cut or changed. */
const at = (bytes: Buffer, random: Random): number => random.below(Math.max(1, bytes.length))

const splice = (bytes: Buffer, start: number, removed: number, added: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, start), added, bytes.subarray(start + removed)])

const edits: Readonly<Record<string, Edit>> = {
  flip(bytes, random) {
    const where = at(bytes, random)
    return splice(bytes, where, 1, Buffer.of((bytes[where] ?? 0) ^ (1 << random.below(8))))
  },
  set: (bytes, random) => splice(bytes, at(bytes, random), 1, random.bytes(1)),
  remove: (bytes, random) => splice(bytes, at(bytes, random), 1 + random.below(4), Buffer.of()),
  insert: (bytes, random) => splice(bytes, at(bytes, random), 0, random.bytes(1 + random.below(4))),
  truncate: (bytes, random) => bytes.subarray(0, at(bytes, random)),
  append: (bytes, random) => Buffer.concat([bytes, random.bytes(1 + random.below(8))]),
  repeat(bytes, random) {
    const start = at(bytes, random)
    return splice(bytes, start, 0, bytes.subarray(start, start + 1 + random.below(64)))
  },
  exchange(bytes, random) {
    const [first, second] = [at(bytes, random), at(bytes, random)].toSorted((a, b) => a - b)
    if (first === undefined || second === undefined || first === second) return Buffer.from(bytes)
    const copy = Buffer.from(bytes)
    copy[first] = bytes[second] ?? 0
    copy[second] = bytes[first] ?? 0
    return copy
  },
  empty: () => Buffer.of(),
}

/** One change; the name says which. Flips are the most frequent: they hit what nothing else would. */
export function editBytes(bytes: Buffer, random: Random): readonly [name: string, Buffer] {
  const name = random.chance(0.4) ? 'flip' : random.pick(Object.keys(edits))
  return [name, edits[name]?.(bytes, random) ?? bytes]
}
