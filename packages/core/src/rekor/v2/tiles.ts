import { SealwaxError } from '../../errors.ts'
import { leafHash, nodeHash } from '../proof.ts'

/** Reads a tile by its path below `tile/`; `undefined` when there is none. */
export type ReadTile = (path: string) => Promise<Buffer | undefined>

/** Hashes in a full tile, and the levels of the tree that it spans (C2SP tlog-tiles). */
const width = 256n
const height = 8n
const size = 32

/**
 * A log's Merkle tree, read from its tiles (C2SP tlog-tiles) as of one tree size. What it says is worth nothing by itself:
 * the proof that comes out is verified against the signed checkpoint like any other.
 */
export interface Tree {
  /** The hash of the leaf at `index`. */
  leaf(index: bigint): Promise<Buffer>
  /** The newest place among the last `reach` ones or more at which this leaf is. */
  find(body: Uint8Array, reach: bigint): Promise<bigint | undefined>
  /** The inclusion proof of the leaf at `index` (RFC 6962 section 2.1.1). */
  prove(index: bigint): Promise<Buffer[]>
}

export function openTree(treeSize: bigint, read: ReadTile): Tree {
  const tiles = new Map<string, Promise<Buffer>>()
  const tile = (level: bigint, index: bigint): Promise<Buffer> => {
    const name = `${level}/${index}`
    const known = tiles.get(name) ?? readTile(treeSize, level, index, read)
    tiles.set(name, known)
    return known
  }
  /** The root of the leaves from `start` on; `count` of them. */
  const rootOf = async (start: bigint, count: bigint): Promise<Buffer> => {
    if (!isPowerOfTwo(count)) {
      const left = leftPart(count)
      return nodeHash(await rootOf(start, left), await rootOf(start + left, count - left))
    }
    const level = BigInt(count.toString(2).length - 1)
    const above = level / height
    const first = start >> (above * height)
    const from = Number(first % width) * size
    const hashes = (await tile(above, first / width)).subarray(from, from + Number(1n << (level % height)) * size)
    return fold(hashes)
  }
  const prove = async (index: bigint, start: bigint, count: bigint): Promise<Buffer[]> => {
    if (count === 1n) return []
    const left = leftPart(count)
    return index < left
      ? [...(await prove(index, start, left)), await rootOf(start + left, count - left)]
      : [...(await prove(index - left, start + left, count - left)), await rootOf(start, left)]
  }
  const leaf = (index: bigint): Promise<Buffer> => rootOf(index, 1n)
  return {
    leaf,
    prove: (index) => prove(index, 0n, treeSize),
    async find(body, reach) {
      const wanted = leafHash(body)
      const last = (treeSize - 1n) / width
      const first = treeSize > reach ? (treeSize - reach) / width : 0n
      for (let index = last; treeSize > 0n && index >= first; index--) {
        const hashes = await tile(0n, index)
        for (let at = hashes.length - size; at >= 0; at -= size)
          if (hashes.subarray(at, at + size).equals(wanted)) return index * width + BigInt(at / size)
      }
      return undefined
    },
  }
}

/** A tile at the tree's edge is partial; where it has grown since, the log may keep only the full one. */
async function readTile(treeSize: bigint, level: bigint, index: bigint, read: ReadTile): Promise<Buffer> {
  const all = treeSize >> (level * height)
  const count = all - index * width < width ? all - index * width : width
  const path = tilePath(level, index)
  const wanted = Number(count) * size
  const bytes = (count < width ? await read(`${path}.p/${count}`) : undefined) ?? (await read(path))
  if (bytes !== undefined && bytes.length >= wanted && bytes.length <= Number(width) * size)
    return bytes.subarray(0, wanted)
  throw new SealwaxError('SERVICE_ANSWER_INVALID', "a tile of Rekor's tree cannot be used", {
    expected: `${wanted} bytes at tile/${path}`,
    found: bytes === undefined ? 'none' : `${bytes.length} bytes`,
  })
}

/** `0/x001/x234/067`: thousands are folders (C2SP tlog-tiles). */
export function tilePath(level: bigint, index: bigint): string {
  const groups = [String(index % 1000n).padStart(3, '0')]
  for (let rest = index / 1000n; rest > 0n; rest /= 1000n) groups.unshift(`x${String(rest % 1000n).padStart(3, '0')}`)
  return [level, ...groups].join('/')
}

function fold(hashes: Buffer): Buffer {
  if (hashes.length <= size) return hashes
  const half = hashes.length / 2
  return nodeHash(fold(hashes.subarray(0, half)), fold(hashes.subarray(half)))
}

const isPowerOfTwo = (count: bigint): boolean => (count & (count - 1n)) === 0n

/** The largest power of two below `count`. */
const leftPart = (count: bigint): bigint => 1n << BigInt((count - 1n).toString(2).length - 1)
