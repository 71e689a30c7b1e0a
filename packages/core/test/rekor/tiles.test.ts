import { hash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leafHash, rootFromProof } from '../../src/rekor/index.ts'
import { openTree, type ReadTile, tilePath } from '../../src/rekor/v2/tiles.ts'

const body = (index: number): Buffer => Buffer.from(`entry ${index}`)
const node = (left: Buffer, right: Buffer): Buffer =>
  hash('sha256', Buffer.concat([Buffer.of(1), left, right]), 'buffer')

/** RFC 6962 section 2.1, word for word. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves
  if (first === undefined || leaves.length === 1) return first ?? hash('sha256', '', 'buffer')
  let left = 1
  while (left * 2 < leaves.length) left *= 2
  return node(rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)))
}

/** The tiles of a tree as C2SP tlog-tiles has them; where `onlyFull`, partial ones have been removed. */
function tilesOf(leaves: readonly Buffer[], onlyFull = false): { tiles: Map<string, Buffer>; read: ReadTile } {
  const tiles = new Map<string, Buffer>()
  let row = leaves
  for (let level = 0n; row.length > 0; level++) {
    for (let at = 0; at < row.length; at += 256) {
      const part = row.slice(at, at + 256)
      const path = tilePath(level, BigInt(at / 256))
      if (part.length === 256) tiles.set(path, Buffer.concat(part))
      else if (!onlyFull) tiles.set(`${path}.p/${part.length}`, Buffer.concat(part))
    }
    const above: Buffer[] = []
    for (let at = 0; at + 256 <= row.length; at += 256) above.push(rootOf(row.slice(at, at + 256)))
    row = above
  }
  return { tiles, read: async (path) => tiles.get(path) }
}

const leaves = Array.from({ length: 1400 }, (_, index) => leafHash(body(index)))

test('the proof made from tiles leads from every leaf to the root, whatever the size of the tree', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: leaves.length }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1))),
      async ([size, index]) => {
        const all = leaves.slice(0, size)
        const tree = openTree(BigInt(size), tilesOf(all).read)
        const proof = await tree.prove(BigInt(index))
        expect(rootFromProof(leafHash(body(index)), BigInt(index), BigInt(size), proof)).toEqual(rootOf(all))
        expect(await tree.leaf(BigInt(index))).toEqual(all[index])
      },
    ),
    { numRuns: 60 },
  )
})

test('levels above the second are reached: a tree of 65,537 leaves', async () => {
  const many = Array.from({ length: 65_537 }, (_, index) => leaves[index % 256] as Buffer)
  const tree = openTree(65_537n, tilesOf(many).read)
  const root = rootOf(many)
  for (const index of [0n, 255n, 256n, 65_535n, 65_536n])
    expect(rootFromProof(many[Number(index)] as Buffer, index, 65_537n, await tree.prove(index))).toEqual(root)
})

test('a leaf is found among the newest, with the newest place that it has, and not before', async () => {
  const tree = openTree(1400n, tilesOf(leaves).read)
  expect(await tree.find(body(1399), 512n)).toBe(1399n)
  expect(await tree.find(body(1000), 512n)).toBe(1000n)
  expect(await tree.find(body(100), 512n)).toBeUndefined()
  expect(await tree.find(body(5000), 2000n)).toBeUndefined()
  expect(await openTree(0n, tilesOf([]).read).find(body(1), 512n)).toBeUndefined()
})

test('where a tree has grown the full tile is read instead of the partial one', async () => {
  const { tiles } = tilesOf(leaves.slice(0, 512), true)
  const asked: string[] = []
  const tree = openTree(300n, async (path) => (asked.push(path), tiles.get(path)))
  expect(await tree.leaf(299n)).toEqual(leaves[299])
  expect(asked).toEqual(['0/001.p/44', '0/001'])
})

test('paths have folders for thousands', () => {
  expect(tilePath(0n, 0n)).toBe('0/000')
  expect(tilePath(3n, 1_234_067n)).toBe('3/x001/x234/067')
})

test.each([
  ['a missing tile', undefined],
  ['a short tile', Buffer.alloc(31)],
  ['a tile that is too long', Buffer.alloc(257 * 32)],
])('%s is an error of the service', async (_, tile) => {
  await expect(openTree(300n, async () => tile).leaf(299n)).rejects.toMatchObject({ code: 'SERVICE_ANSWER_INVALID' })
})
