import { createHash, type Hash, type KeyObject } from 'node:crypto'
import {
  type Algorithm,
  loadDigestVerifier,
  loadPrehashVerifier,
  type PrehashVerifier,
  verifySignature,
} from '../keys/index.ts'
import type { HashName } from './evidence.ts'

/** What was signed, as far as the verifier has it. */
export interface Artifact {
  /** The digest, or `undefined` when it is not known with this hash. */
  digest(hash: HashName): Buffer | undefined
  /** Whether `signature` by `key` covers the artifact. */
  verify(algorithm: Algorithm, key: KeyObject, signature: Uint8Array): boolean
  /**
   * Whether `signature` by an Ed25519 key covers the artifact's SHA-512 digest (Ed25519ph); `undefined` when what tells it was
   * not loaded.
   */
  verifyPrehashed(key: KeyObject, signature: Uint8Array): boolean | undefined
}

/** What an artifact may bring to check Ed25519ph signatures with; `loadPrehashVerifier` loads it. */
export interface ArtifactOptions {
  readonly prehash?: PrehashVerifier | undefined
}

/**
 * The artifact as content. `chunks` begins a new reading each time it is called; a signature check and the digests that go
 * with it share one reading. Each chunk is used up before the next is asked for, so memory does not grow with size.
 */
export function contentArtifact(chunks: () => Iterable<Uint8Array>, { prehash }: ArtifactOptions = {}): Artifact {
  const digests = new Map<HashName, Buffer>()
  const hashing = function* (names: readonly HashName[]): Generator<Uint8Array> {
    const hashes = names.filter((name) => !digests.has(name)).map((name): [HashName, Hash] => [name, createHash(name)])
    for (const chunk of chunks()) {
      for (const [, hash] of hashes) hash.update(chunk)
      yield chunk
    }
    for (const [name, hash] of hashes) digests.set(name, hash.digest())
  }
  const digest: Artifact['digest'] = (name) => {
    if (!digests.has(name)) for (const _ of hashing([name])) continue
    return digests.get(name)
  }
  return {
    digest,
    verify: (algorithm, key, signature) => verifySignature(key, algorithm, hashing([algorithm.digest]), signature),
    verifyPrehashed: (key, signature) => prehash?.(key, digest('sha512') ?? Buffer.of(), signature),
  }
}

/**
 * The artifact as nothing but a digest (cosign's `sha256:...`). Plain signatures by Ed25519 cannot be checked against it.
 * The curve arithmetic for it is loaded here and not before.
 */
export async function digestArtifact(hash: HashName, value: Uint8Array): Promise<Artifact> {
  const check = await loadDigestVerifier()
  // Only a SHA-512 digest is what Ed25519ph signs.
  const prehash = hash === 'sha512' ? await loadPrehashVerifier() : undefined
  const digest = Buffer.from(value)
  return {
    digest: (name) => (name === hash ? digest : undefined),
    verify: (algorithm, key, signature) =>
      algorithm.digest === hash || algorithm.key.type === 'ed25519' ? check(key, algorithm, digest, signature) : false,
    verifyPrehashed: (key, signature) => prehash?.(key, digest, signature),
  }
}
