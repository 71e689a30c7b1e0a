import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashChildren, hashLeaf, makeTree } from '../../src/rekor/tree.ts'

/** The definition of RFC 6962, 2.1, word for word. */
function slowRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves
  if (only === undefined) return createHash('sha256').digest()
  if (leaves.length === 1) return only
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return hashChildren(slowRoot(leaves.slice(0, split)), slowRoot(leaves.slice(split)))
}

/** Walks an audit path as RFC 9162, 2.1.3.2 has it. */
function climb(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer {
  let [hash, position, last] = [leaf, index, size - 1]
  for (const sibling of path) {
    expect(last).toBeGreaterThan(0)
    if (position % 2 === 1 || position === last) {
      hash = hashChildren(sibling, hash)
      while (position % 2 === 0 && position !== 0) [position, last] = [position >> 1, last >> 1]
    } else hash = hashChildren(hash, sibling)
    ;[position, last] = [position >> 1, last >> 1]
  }
  expect(last).toBe(0)
  return hash
}

test('the hashes of the empty tree, of an empty leaf and of eight known leaves are those of the RFC 6962 test vectors', () => {
  const tree = makeTree()
  expect(tree.root().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(hashLeaf(Buffer.alloc(0)).toString('hex')).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  )
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  for (const input of inputs) tree.append(hashLeaf(Buffer.from(input, 'hex')))
  expect(tree.root().toString('hex')).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
})

test('root and proofs hold for every leaf of trees of any size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), (size) => {
      const tree = makeTree()
      const leaves = Array.from({ length: size }, (_, index) => hashLeaf(Buffer.from(String(index))))
      for (const [index, leaf] of leaves.entries()) expect(tree.append(leaf)).toBe(index)
      const root = tree.root()
      expect(root).toEqual(slowRoot(leaves))
      for (const [index, leaf] of leaves.entries()) expect(climb(leaf, index, size, tree.proof(index))).toEqual(root)
    }),
    { numRuns: 40 },
  )
})
