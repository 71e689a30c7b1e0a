import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isSealwaxError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { isTemporaryName, readBounded, writeAtomically } from '../../subject/index.ts'
import { type Chain, verifyState } from './chain.ts'
import { makeFolder } from './folder.ts'
import { formatState, parseState, type State } from './state.ts'

/** A state and what its verification has said. */
export interface Verified {
  readonly state: State
  readonly chain: Chain
}

/** What a cache file holds. */
export interface Cached {
  /** Verified; absent when there is none or it is damaged. */
  readonly good?: Verified | undefined
  /** Why it cannot be used. */
  readonly damage?: string | undefined
  /** When its renewal was last tried: the file's own time, so that trying leaves a mark without rewriting it. */
  readonly tried?: Date | undefined
}

const hour = 3_600_000

/** Reads a cache file and verifies it from `anchor` on. Whatever is wrong with it is a finding, not an error. */
export async function readCache(path: string, anchor: string): Promise<Cached> {
  try {
    const tried = statSync(path).mtime
    try {
      const state = parseState(readBounded(path, limits.trustCache))
      return { good: { state, chain: await verifyState(anchor, state) }, tried }
    } catch (error) {
      return { damage: reasonOf(error), tried }
    }
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return isMissing ? {} : { damage: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error))
  return isSealwaxError(error) && error.found !== undefined ? `${message}: ${error.found}` : message
}

/** Marks that its renewal is being tried now. `false` where nothing can be written, and so a renewal could not be kept. */
export function markTried(path: string, now: Date): boolean {
  try {
    utimesSync(path, now, now)
    return true
  } catch {
    return false
  }
}

/**
 * Keeps a verified state: whole or not at all, and never in the place of a newer one. Processes that do this at the same time
 * need no lock, which one that is killed would leave behind: each puts a whole verified file there.
 * @returns what is kept now: another one when that is newer
 * @throws SealwaxError `FILE_UNWRITABLE`
 */
export async function keepState(path: string, anchor: string, fetched: Verified): Promise<Verified> {
  const { good: held } = await readCache(path, anchor)
  if (held !== undefined && isNewer(held.chain, fetched.chain)) return held
  const folder = dirname(path)
  try {
    makeFolder(folder)
  } catch {
    // Writing says it better.
  }
  sweep(folder, basename(path))
  writeAtomically(path, formatState(fetched.state), { mode: 0o600 })
  // By this machine's clock, which is what it is compared with: a file server may have another.
  markTried(path, new Date())
  return fetched
}

/**
 * The root comes first: whoever stole the keys may have numbered a timestamp as high as can be, and the operator's new root
 * with new keys begins again below it (specification, section 5.3.11).
 */
const isNewer = (one: Chain, other: Chain): boolean =>
  one.rootVersion === other.rootVersion
    ? one.timestampVersion > other.timestampVersion
    : one.rootVersion > other.rootVersion

/** Removes what processes that were killed have left behind. */
function sweep(folder: string, name: string): void {
  try {
    for (const one of readdirSync(folder)) {
      const path = join(folder, one)
      // A young one is being written.
      if (isTemporaryName(one, name) && Date.now() - statSync(path).mtimeMs > hour) rmSync(path, { force: true })
    }
  } catch {
    // Not worth a word: they do no harm.
  }
}
