import { hash } from 'node:crypto'

/** The hash of a leaf (RFC 6962 section 2.1): the prefix keeps leaves and inner nodes apart. */
export function leafHash(entry: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Buffer.of(0), entry]), 'buffer')
}

/** The hash of an inner node (RFC 6962 section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Buffer.of(1), left, right]), 'buffer')
}

/**
 * The root hash that an inclusion proof leads to, for the leaf at `index` of a tree of `size` leaves (RFC 9162 section
 * 2.1.3.2); `undefined` when the proof has not the one length that fits index and size.
 */
export function rootFromProof(
  leaf: Uint8Array,
  index: bigint,
  size: bigint,
  hashes: readonly Uint8Array[],
): Buffer | undefined {
  if (index < 0n || index >= size || hashes.some((item) => item.length !== 32)) return undefined
  let at = index
  let last = size - 1n
  let root: Buffer = Buffer.from(leaf)
  for (const sibling of hashes) {
    if (last === 0n) return undefined
    if ((at & 1n) === 1n || at === last) {
      root = nodeHash(sibling, root)
      // The last node of a level without a sibling moves up unhashed.
      while ((at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n]
    } else {
      root = nodeHash(root, sibling)
    }
    ;[at, last] = [at >> 1n, last >> 1n]
  }
  return last === 0n ? root : undefined
}
