import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeTree, hashLeaf } from '../../src/rekor/index.ts'
import { hashTile, readTilePath } from '../../src/rekor2/tiles.ts'
import { call, openSandbox } from '../client.ts'
import { headOf, loggedTile, sha256 } from './proposal.ts'

/** As the specification writes an index: three digits an element, all but the last with an x. */
function pathOf(index: number): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
}

test('the specification’s own example of a path is read', () => {
  expect(readTilePath('0/x001/x234/067')).toEqual({ level: 0, index: 1_234_067, width: 256 })
  expect(readTilePath('entries/x001/x234/067.p/9')).toEqual({ level: 'entries', index: 1_234_067, width: 9 })
})

test('each tile has one path, which is read back', () => {
  const places = fc.record({
    level: fc.oneof(fc.constant('entries' as const), fc.nat(63)),
    index: fc.nat(999_999_999),
    width: fc.integer({ min: 1, max: 256 }),
  })
  fc.assert(
    fc.property(places, (place) => {
      const { level, index, width } = place
      expect(readTilePath(`${level}/${pathOf(index)}${width === 256 ? '' : `.p/${width}`}`)).toEqual(place)
    }),
  )
})

test.each([
  '0/0',
  '0/1',
  '00/000',
  '64/000',
  '0/x000/001',
  '0/001/002',
  '0/000.p/0',
  '0/000.p/256',
  '0/000.p/01',
  'e',
  '',
])('the path %j is none', (path) => expect(readTilePath(path)).toBeUndefined())

test('tiles hold the hashes of complete subtrees only, up to the size that is asked for', () => {
  const tree = makeTree()
  const leaves = Array.from({ length: 700 }, (_, index) => hashLeaf(Buffer.from(String(index))))
  for (const leaf of leaves) tree.append(leaf)
  const at = (level: number, index: number, width: number, size = 700): Buffer | undefined =>
    hashTile(tree, level, { level, index, width }, size)
  expect(at(0, 1, 256)).toEqual(Buffer.concat(leaves.slice(256, 512)))
  expect(at(0, 2, 188)).toEqual(Buffer.concat(leaves.slice(512, 700)))
  expect(at(0, 2, 189)).toBeUndefined()
  expect(at(0, 2, 256)).toBeUndefined()
  expect(at(1, 0, 2)).toEqual(Buffer.concat([rootOf(leaves.slice(0, 256)), rootOf(leaves.slice(256, 512))]))
  expect(at(1, 0, 3)).toBeUndefined()
  expect(at(0, 0, 200, 199)).toBeUndefined()
  expect(at(2, 0, 1)).toBeUndefined()
})

test('who reads the tiles gets the root of the checkpoint, and the entries that lead to it', async () => {
  const sandbox = await openSandbox()
  const api = `${sandbox.urls.rekor2}/api/v2`
  const logged = []
  for (let round = 0; round < 3; round++) {
    logged.push(...(await Promise.all([loggedTile(sandbox), loggedTile(sandbox)])))
    const { size, root } = headOf((await call(`${api}/checkpoint`)).bytes.toString())
    expect(size).toBe(logged.length)
    const tile = (await call(`${api}/tile/0/000.p/${size}`)).bytes
    const hashes = Array.from({ length: size }, (_, index) => tile.subarray(index * 32, index * 32 + 32))
    expect(rootOf(hashes).toString('base64')).toBe(root)
    const entries = entriesOf((await call(`${api}/tile/entries/000.p/${size}`)).bytes)
    expect(entries.map((entry) => hashLeaf(entry))).toEqual(hashes)
    for (const { logIndex, canonicalizedBody } of logged)
      expect(entries[Number(logIndex)]?.toString('base64')).toBe(canonicalizedBody)
  }
  for (const path of ['0/000', '0/000.p/7', 'entries/000', '1/000.p/1', '0/nothing'])
    expect((await call(`${api}/tile/${path}`)).status).toBe(404)
})

function rootOf(hashes: readonly Buffer[]): Buffer {
  const [only] = hashes
  if (only !== undefined && hashes.length === 1) return only
  const split = 2 ** Math.floor(Math.log2(hashes.length - 1))
  return sha256(Buffer.of(1), rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)))
}

function entriesOf(bundle: Buffer): Buffer[] {
  const entries = []
  for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at))
    entries.push(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)))
  return entries
}
