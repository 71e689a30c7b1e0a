import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leafHash, rootFromProof } from '../../src/rekor/index.ts'

// The tree as RFC 6962 section 2.1 defines it, by recursion: slow, and nothing like the code under test.

const node = (left: Buffer, right: Buffer): Buffer =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest()

const split = (size: number): number => 2 ** Math.floor(Math.log2(size - 1))

function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] ?? Buffer.of()
  const at = split(leaves.length)
  return node(rootOf(leaves.slice(0, at)), rootOf(leaves.slice(at)))
}

function proofOf(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length === 1) return []
  const at = split(leaves.length)
  return index < at
    ? [...proofOf(leaves.slice(0, at), index), rootOf(leaves.slice(at))]
    : [...proofOf(leaves.slice(at), index - at), rootOf(leaves.slice(0, at))]
}

const tree = (size: number): Buffer[] =>
  Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)))
const rootAt = (
  leaves: readonly Buffer[],
  index: number,
  proof: readonly Buffer[],
  size = leaves.length,
): Buffer | undefined => rootFromProof(leaves[index] ?? Buffer.of(), BigInt(index), BigInt(size), proof)

test('a leaf is hashed apart from inner nodes', () => {
  expect(leafHash(Buffer.of()).toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
})

describe('an inclusion proof', () => {
  test('leads to the root for every leaf of every tree up to 40 leaves', () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = tree(size)
      const root = rootOf(leaves)
      for (let index = 0; index < size; index++) expect(rootAt(leaves, index, proofOf(leaves, index))).toEqual(root)
    }
  })

  test('does not lead to the root with anything in it changed', () => {
    const sizes = fc.integer({ min: 2, max: 60 })
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), fc.nat(31), (size, first, second, octet) => {
        const leaves = tree(size)
        const index = first % size
        const proof = proofOf(leaves, index)
        const root = rootOf(leaves)
        const changed = proof.map((hash) => Buffer.from(hash))
        const item = changed[second % changed.length]
        if (item) item[octet] = (item[octet] ?? 0) ^ 1
        expect(rootAt(leaves, index, changed)).not.toEqual(root)
        expect(rootAt(leaves, index, proof.slice(1))).not.toEqual(root)
        expect(rootAt(leaves, index, [...proof, root])).toBeUndefined()
        const other = second % size
        if (other !== index)
          expect(rootFromProof(leaves[index] ?? root, BigInt(other), BigInt(size), proof)).not.toEqual(root)
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  test('for a place outside the tree, or with hashes of another length, leads nowhere', () => {
    const leaves = tree(4)
    expect(rootAt(leaves, 3, proofOf(leaves, 3), 3)).toBeUndefined()
    expect(rootFromProof(leaves[0] ?? Buffer.of(), -1n, 4n, proofOf(leaves, 0))).toBeUndefined()
    expect(rootFromProof(leaves[0] ?? Buffer.of(), 0n, 0n, [])).toBeUndefined()
    expect(rootAt(leaves, 0, [Buffer.alloc(31), Buffer.alloc(32)])).toBeUndefined()
  })
})
