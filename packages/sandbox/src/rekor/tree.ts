import { createHash, randomBytes } from 'node:crypto'
import type { Lie } from '../faults/index.ts'

/** An append-only Merkle tree (RFC 6962, 2.1) that keeps the hash of every complete subtree, so that a proof costs a few hashes. */
export interface MerkleTree {
  readonly size: () => number
  append(leafHash: Buffer): number
  /** Of the tree as it is now, or as it was when it had `size` leaves. */
  root(size?: number): Buffer
  /** The audit path of a leaf, from the leaf upwards (RFC 6962, 2.1.1), in the tree as it is now or was at that size. */
  proof(index: number, size?: number): readonly Buffer[]
  /** The hashes of complete subtrees of 2 to the power of `level` leaves, from the one numbered `start` up to `end`. */
  row(level: number, start: number, end: number): readonly Buffer[]
}

export function hashLeaf(leaf: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(leaf).digest()
}

export function hashChildren(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest()
}

export function makeTree(): MerkleTree {
  /** levels[k][i] is the hash over leaves i * 2^k up to (i + 1) * 2^k */
  const levels: Buffer[][] = [[]]
  const size = (): number => levels[0]?.length ?? 0

  function append(leafHash: Buffer): number {
    let hash = leafHash
    for (let level = 0; ; level++) {
      const row = (levels[level] ??= [])
      row.push(hash)
      if (row.length % 2 === 1) return size() - 1
      hash = hashChildren(row[row.length - 2] ?? hash, hash)
    }
  }

  /** The hash over the leaves from `start` up to `end`; `start` is a multiple of the largest power of two that fits. */
  function range(start: number, end: number): Buffer {
    const count = end - start
    const level = Math.log2(count)
    const complete = Number.isInteger(level) ? levels[level]?.[start / count] : undefined
    if (complete !== undefined) return complete
    const split = start + largestPowerBelow(count)
    return hashChildren(range(start, split), range(split, end))
  }

  function path(index: number, start: number, end: number): Buffer[] {
    if (end - start === 1) return []
    const split = start + largestPowerBelow(end - start)
    return index < split
      ? [...path(index, start, split), range(split, end)]
      : [...path(index, split, end), range(start, split)]
  }

  return {
    size,
    append,
    root: (at = size()) => (at === 0 ? createHash('sha256').digest() : range(0, at)),
    proof: (index, at = size()) => path(index, 0, at),
    row: (level, start, end) => (levels[level] ?? []).slice(start, end),
  }
}

/** The largest power of two smaller than n, for n of at least 2. */
function largestPowerBelow(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1))
}

/** The audit path as it is shown under a lie: of nothing, or with one bit flipped. */
export function spoilProof(hashes: readonly Buffer[], lie: Lie | undefined): readonly Buffer[] {
  const [first = Buffer.alloc(32), ...rest] = hashes
  if (lie === 'wrong-proof') return [...rest, randomBytes(32)]
  if (lie !== 'bad-proof') return hashes
  return [Buffer.concat([Buffer.of((first[0] ?? 0) ^ 1), first.subarray(1)]), ...rest]
}
