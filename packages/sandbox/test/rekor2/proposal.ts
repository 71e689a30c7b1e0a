import { createHash, randomUUID, sign, type KeyObject } from 'node:crypto'
import type { Sandbox } from '../../src/index.ts'
import { makePair, post, read, type Pair, type Reply } from '../client.ts'

export interface HashedRekordRequest {
  digest: string
  signature: {
    content: string
    verifier: { publicKey?: { rawBytes: string }; x509Certificate?: { rawBytes: string }; keyDetails: string }
  }
}

/** An entry as version 2 of the log shows it. */
export interface TileEntry {
  readonly logIndex: string
  readonly logId: { readonly keyId: string }
  readonly inclusionProof: {
    readonly logIndex: string
    readonly rootHash: string
    readonly treeSize: string
    readonly hashes: readonly string[]
    readonly checkpoint: { readonly envelope: string }
  }
  readonly canonicalizedBody: string
}

/** A request for a hashedrekord entry, good unless a part is replaced. */
export function proposeTile(
  pair: Pair = makePair(),
  keyDetails = 'PKIX_ECDSA_P256_SHA_256',
  hash = 'sha256',
): HashedRekordRequest {
  const message = Buffer.from(randomUUID())
  return {
    digest: createHash(hash).update(message).digest('base64'),
    signature: {
      content: sign(hash, message, pair.privateKey).toString('base64'),
      verifier: { publicKey: { rawBytes: spkiOf(pair.publicKey) }, keyDetails },
    },
  }
}

export function spkiOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64')
}

export function logTile(sandbox: Sandbox, request: unknown = proposeTile()): Promise<Reply> {
  return post(`${sandbox.urls.rekor2}/api/v2/log/entries`, { hashedRekordRequestV002: request })
}

export async function loggedTile(sandbox: Sandbox, request?: unknown): Promise<TileEntry> {
  const reply = await logTile(sandbox, request)
  if (reply.status !== 201) throw new Error(`${reply.status} ${reply.bytes.toString()}`)
  return read<TileEntry>(reply)
}

/** Origin, size and root of a checkpoint. */
export function headOf(checkpoint: string): { readonly origin: string; readonly size: number; readonly root: string } {
  const [origin = '', size = '', root = ''] = checkpoint.split('\n')
  return { origin, size: Number(size), root }
}

export function sha256(...parts: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
