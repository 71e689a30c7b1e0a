import type { Lie } from '../faults/index.ts'
import {
  makeTufKey,
  rootMetadata,
  sha256,
  signMetadata,
  snapshotMetadata,
  targetsMetadata,
  timestampMetadata,
  type TufKey,
} from './metadata.ts'

/** A timestamp is signed anew after this long, as real repositories do. */
const RENEWAL = 3600 * 1000
const TWO_DAYS = 2 * 24 * 3600 * 1000

/** What may be done to the repository while the sandbox runs. */
export interface TrustRepository {
  /** Replaces or adds targets, by name. Clients see them at their next refresh. */
  publish(targets: Readonly<Record<string, string>>): void
  /** New keys for every role. The old root's key vouches for the new root, so that clients follow. */
  rotateRoot(): void
}

export interface TufRepository extends TrustRepository {
  /** the first root.json: what a client starts from */
  readonly root: Buffer
  /** The file at a path of the repository, as it is served at this time; undefined for none. */
  read(path: string, now: Date, lie: Lie | undefined): Buffer | undefined
}

/** The timestamp.json that is being served: its version, what it leads to, and when it was made. */
interface Stamp {
  readonly version: number
  readonly release: number
  readonly made: number
  readonly bytes: Buffer
}

export function makeRepository(first: Readonly<Record<string, string>>, clock: () => Date): TufRepository {
  const targets = new Map<string, Buffer>()
  /** Consistent snapshots: a file's name holds its version or hash, so none is ever replaced. */
  const files = new Map<string, Buffer>()
  let rootKey = makeTufKey()
  let online = makeTufKey()
  let rootVersion = 0
  /** of targets and of snapshot, which change together */
  let release = 0
  let timestamp: Stamp = { version: 0, release: 0, made: 0, bytes: Buffer.alloc(0) }

  function releaseRoot(signers: readonly TufKey[]): Buffer {
    rootVersion++
    const bytes = signMetadata(rootMetadata(rootVersion, clock(), rootKey, online), signers)
    files.set(`${rootVersion}.root.json`, bytes)
    return bytes
  }

  function releaseTargets(): void {
    release++
    const signed = signMetadata(targetsMetadata(release, clock(), targets), [online])
    files.set(`${release}.targets.json`, signed)
    const snapshot = signMetadata(snapshotMetadata(release, clock(), release, signed), [online])
    files.set(`${release}.snapshot.json`, snapshot)
  }

  function signTimestamp(version: number, at: number, now: Date, key: TufKey): Buffer {
    const snapshot = files.get(`${at}.snapshot.json`) ?? Buffer.alloc(0)
    return signMetadata(timestampMetadata(version, now, at, snapshot), [key])
  }

  function currentTimestamp(now: Date): Buffer {
    if (timestamp.release !== release || Math.abs(now.getTime() - timestamp.made) > RENEWAL) {
      const version = timestamp.version + 1
      const bytes = signTimestamp(version, release, now, online)
      timestamp = { version, release, made: now.getTime(), bytes }
    }
    return timestamp.bytes
  }

  function readTimestamp(now: Date, lie: Lie | undefined): Buffer {
    const current = currentTimestamp(now)
    // The id of the true key with the signature of another.
    if (lie === 'wrong-key')
      return signTimestamp(timestamp.version + 1, release, now, { ...online, pair: makeTufKey().pair })
    if (lie === 'expired') {
      // Newer than what clients have, or they would not look at it; the next honest one is newer still.
      timestamp = { ...timestamp, version: timestamp.version + 1, release: 0 }
      return signTimestamp(timestamp.version, release, new Date(now.getTime() - TWO_DAYS), online)
    }
    // True once, and seen by whoever has refreshed since.
    if (lie === 'rollback') return signTimestamp(1, 1, now, online)
    return current
  }

  function publish(changed: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(changed)) {
      const bytes = Buffer.from(text)
      targets.set(name, bytes)
      files.set(`targets/${sha256(bytes)}.${name}`, bytes)
    }
    releaseTargets()
  }

  const root = releaseRoot([rootKey])
  // Released twice and stamped twice, so that there is a past to roll back to.
  publish(first)
  currentTimestamp(clock())
  releaseTargets()

  return {
    root,
    publish,
    rotateRoot: () => {
      const old = rootKey
      ;[rootKey, online] = [makeTufKey(), makeTufKey()]
      releaseRoot([old, rootKey])
      releaseTargets()
    },
    read: (path, now, lie) => (path === 'timestamp.json' ? readTimestamp(now, lie) : files.get(path)),
  }
}
