import { makeKey, type ServiceKey } from '../pki/index.ts'
import { hashLeaf, makeTree } from '../rekor/index.ts'
import { logIdOf, signNote } from './note.ts'
import { entryBundle, hashTile, type TilePlace } from './tiles.ts'

/**
 * The origin of the log's checkpoints. Its trusted root names it as the host of the log's address, for there verifiers look for it,
 * although the log answers elsewhere, as the public one does behind its mirrors.
 */
export const TILE_LOG_NAME = 'rekor2.sealwax-sandbox-not-for-production.invalid'

/** How long entries are collected before a checkpoint covers them. The public log takes up to some seconds. */
const BATCH_MILLISECONDS = 50

/** An entry under a checkpoint that covers it. */
export interface Inclusion {
  readonly index: number
  readonly treeSize: number
  readonly rootHash: Buffer
  readonly hashes: readonly Buffer[]
}

export interface TileLog {
  readonly key: ServiceKey
  readonly id: Buffer
  /** Resolves when a checkpoint covers the entry; `isNew` is false for one that is there already. */
  add(body: Buffer): Promise<Inclusion & { readonly isNew: boolean }>
  /** The last one that was published, or one for this head, signed by whomever the caller says. */
  checkpoint(head?: Pick<Inclusion, 'treeSize' | 'rootHash'>, id?: Buffer, signer?: ServiceKey): string
  /** The bytes of a tile; undefined where the last checkpoint covers none. */
  tile(place: TilePlace): Buffer | undefined
}

export function makeTileLog(key: ServiceKey = makeKey('Ed25519')): TileLog {
  const id = logIdOf(TILE_LOG_NAME, key)
  const tree = makeTree()
  const bodies: Buffer[] = []
  const indexes = new Map<string, number>()
  let published = 0
  let publication: Promise<void> | undefined

  /** All who come while a checkpoint is due wait for the same one. */
  function nextCheckpoint(): Promise<void> {
    publication ??= new Promise((resolve) => {
      const publish = (): void => {
        published = tree.size()
        publication = undefined
        resolve()
      }
      setTimeout(publish, BATCH_MILLISECONDS).unref()
    })
    return publication
  }

  return {
    key,
    id,
    add: async (body) => {
      const hash = hashLeaf(body)
      const known = indexes.get(hash.toString('hex'))
      const index = known ?? tree.append(hash)
      if (known === undefined) {
        bodies.push(body)
        indexes.set(hash.toString('hex'), index)
      }
      if (index >= published) await nextCheckpoint()
      const treeSize = published
      return {
        index,
        isNew: known === undefined,
        treeSize,
        rootHash: tree.root(treeSize),
        hashes: tree.proof(index, treeSize),
      }
    },
    checkpoint: (head = { treeSize: published, rootHash: tree.root(published) }, noteId = id, signer = key) =>
      signNote(
        `${TILE_LOG_NAME}\n${head.treeSize}\n${head.rootHash.toString('base64')}\n`,
        TILE_LOG_NAME,
        noteId,
        signer,
      ),
    tile: (place) =>
      place.level === 'entries' ? entryBundle(bodies, place, published) : hashTile(tree, place.level, place, published),
  }
}
