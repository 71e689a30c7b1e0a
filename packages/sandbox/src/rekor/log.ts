import { randomBytes } from 'node:crypto'
import type { Lie } from '../faults/index.ts'
import { makeKey, signWith, type ServiceKey } from '../pki/key.ts'
import { canonicalJson } from './canonical.ts'
import { hashLeaf, makeTree, spoilProof } from './tree.ts'

/**
 * Stands in every checkpoint, and in the log's address as well, for verifiers may want the address to contain the name. The name of a key
 * in a signed note has no spaces, hence the dashes.
 */
export const LOG_NAME = 'sealwax-sandbox-not-for-production'

interface Leaf {
  readonly body: Buffer
  /** seconds */
  readonly integratedTime: number
}

interface LogInfo {
  readonly rootHash: string
  readonly signedTreeHead: string
  readonly treeID: string
  readonly treeSize: number
}

export interface RekorLog {
  readonly key: ServiceKey
  /** The index of the new entry, or of the one that is there already. */
  add(body: Buffer, now: Date): { readonly index: number; readonly isNew: boolean }
  find(leafHash: string): number | undefined
  /** tree id and leaf hash, in hex: what Rekor calls the UUID of an entry */
  entryId(index: number): string
  /** The entry as the interface shows it, with a fresh proof; undefined if there is none. */
  show(index: number, lie?: Lie): Record<string, unknown> | undefined
  info(): LogInfo
}

export function makeLog(key: ServiceKey = makeKey('P-256')): RekorLog {
  const tree = makeTree()
  const leaves: Leaf[] = []
  const indexes = new Map<string, number>()
  // 63 bits and never 0, as Trillian's tree ids are
  const treeId = (randomBytes(8).readBigUInt64BE() >> 1n) | 1n

  function checkpoint(rootHash: Buffer, signer: ServiceKey, id: Buffer = key.id): string {
    const text = `${LOG_NAME} - ${treeId}\n${tree.size()}\n${rootHash.toString('base64')}\n`
    // Rekor's key hint is the beginning of the SHA-256 of the key, not that of the signed note format's own rule.
    const signature = Buffer.concat([id.subarray(0, 4), signWith(signer, Buffer.from(text))])
    return `${text}\n— ${LOG_NAME} ${signature.toString('base64')}\n`
  }

  function show(index: number, lie?: Lie): Record<string, unknown> | undefined {
    const leaf = leaves[index]
    if (leaf === undefined) return undefined
    const signer = lie === 'wrong-key' || lie === 'wrong-log-key' ? makeKey('P-256') : key
    const id = lie === 'wrong-log-key' ? signer.id : key.id
    const shown = {
      body: leaf.body.toString('base64'),
      integratedTime: leaf.integratedTime + (lie === 'expired' ? 24 * 3600 : 0),
      logID: id.toString('hex'),
      logIndex: index,
    }
    const promised = lie === 'wrong-set' ? { ...shown, integratedTime: shown.integratedTime + 1 } : shown
    const root = tree.root()
    const hashes = spoilProof(tree.proof(index), lie).map((hash) => hash.toString('hex'))
    return {
      ...shown,
      verification: {
        inclusionProof: {
          checkpoint: checkpoint(root, signer, id),
          hashes,
          logIndex: index,
          rootHash: root.toString('hex'),
          treeSize: tree.size(),
        },
        signedEntryTimestamp: signWith(signer, Buffer.from(canonicalJson(promised))).toString('base64'),
      },
    }
  }

  return {
    key,
    show,
    add: (body, now) => {
      const hash = hashLeaf(body)
      const known = indexes.get(hash.toString('hex'))
      if (known !== undefined) return { index: known, isNew: false }
      const index = tree.append(hash)
      leaves.push({ body, integratedTime: Math.floor(now.getTime() / 1000) })
      indexes.set(hash.toString('hex'), index)
      return { index, isNew: true }
    },
    find: (leafHash) => indexes.get(leafHash),
    entryId: (index) =>
      treeId.toString(16).padStart(16, '0') + hashLeaf(leaves[index]?.body ?? Buffer.alloc(0)).toString('hex'),
    info: () => ({
      rootHash: tree.root().toString('hex'),
      signedTreeHead: checkpoint(tree.root(), key),
      treeID: String(treeId),
      treeSize: tree.size(),
    }),
  }
}
