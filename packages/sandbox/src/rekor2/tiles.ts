import type { MerkleTree } from '../rekor/index.ts'

/** Leaves or hashes in a full tile; 2 to the power of 8. */
const TILE_WIDTH = 256
const TILE_HEIGHT = 8

export interface TilePlace {
  /** `entries` for the bodies of entries instead of hashes */
  readonly level: number | 'entries'
  readonly index: number
  readonly width: number
}

/** The place that a path names, below `/tile/`; undefined for one that the specification does not allow. */
export function readTilePath(path: string): TilePlace | undefined {
  const match = /^(entries|\d{1,2})\/((?:x\d{3}\/){0,3}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path)
  if (match === null) return undefined
  const [, level = '', index = '', width] = match
  // No leading zeroes, as there shall be one address for one tile: neither in the level nor as empty elements of the index.
  if (/^0\d/.test(level) || Number(level) > 63 || index.startsWith('x000')) return undefined
  if (width !== undefined && Number(width) >= TILE_WIDTH) return undefined
  return {
    level: level === 'entries' ? level : Number(level),
    index: Number(index.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
}

/** Hashes of subtrees that are complete in a tree of `size` leaves, 32 bytes each. */
export function hashTile(
  tree: MerkleTree,
  level: number,
  { index, width }: TilePlace,
  size: number,
): Buffer | undefined {
  const start = index * TILE_WIDTH
  if (start + width > Math.floor(size / 2 ** (TILE_HEIGHT * level))) return undefined
  return Buffer.concat(tree.row(TILE_HEIGHT * level, start, start + width))
}

/** Entries one after the other, each behind its length in two bytes. */
export function entryBundle(bodies: readonly Buffer[], { index, width }: TilePlace, size: number): Buffer | undefined {
  const start = index * TILE_WIDTH
  if (start + width > size) return undefined
  return Buffer.concat(
    bodies.slice(start, start + width).flatMap((body) => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(body.length)
      return [length, body]
    }),
  )
}
