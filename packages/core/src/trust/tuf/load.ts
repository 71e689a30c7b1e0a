import { join } from 'node:path'
import { isSealwaxError, SealwaxError } from '../../errors.ts'
import { type Cached, keepState, markTried, readCache, type Verified } from './cache.ts'
import { type Chain, verifyState } from './chain.ts'
import { downloadState, openReach, type Reach } from './client.ts'
import type { Search } from './find.ts'
import type { TrustDocuments } from './index.ts'
import { anchorText, cacheName, type Repository } from './repository.ts'
import type { State } from './state.ts'

const day = 86_400_000

/** So long after the first part of it has expired, a cache still counts. */
const mostDays = 30

/** Milliseconds for a renewal beside other work. */
const patience = 5_000

/**
 * The documents of a repository from its cache, which is renewed when it is a day old, and fetched when it is missing,
 * damaged or too old.
 * @throws SealwaxError `TRUST_INVALID` when it cannot be used, and cannot be fetched either
 */
export async function loadDocuments(repository: Repository, folder: string, search: Search): Promise<TrustDocuments> {
  const anchor = await anchorText(repository.anchor)
  const path = join(folder, cacheName(repository))
  const now = new Date()
  const cached = await readCache(path, anchor)
  const usable = cached.good !== undefined && daysOver(cached.good.chain, now) <= mostDays ? cached.good : undefined
  const renewed = await renew(repository, anchor, path, cached, usable !== undefined, now, search)
  if ('state' in renewed) return documentsOf(repository, renewed.state)
  if (usable === undefined) throw unusable(repository, cached, now, renewed.failure)
  const over = daysOver(usable.chain, now)
  if (over > 0)
    search.warn(
      `the trust in ${repository.mirror} expired ${spanOf(over)} ago and could not be renewed; ` +
        `it counts for ${mostDays} days: run "sealwax initialize" where there is a network`,
    )
  return documentsOf(repository, usable.state)
}

/** Days since the first part of a state has expired; not positive while none has. */
const daysOver = (chain: Chain, now: Date): number => (now.getTime() - chain.expires.getTime()) / day

const spanOf = (days: number): string =>
  days < 2 ? `${Math.max(1, Math.floor(days * 24))} hours` : `${Math.floor(days)} days`

/** The renewed state, or why there is none. */
async function renew(
  { mirror }: Repository,
  anchor: string,
  path: string,
  { good, damage, tried }: Cached,
  isUsable: boolean,
  now: Date,
  { env, caFile, warn }: Search,
): Promise<Verified | { readonly failure?: unknown }> {
  // A clock that was set back must not put it off for years.
  const age = tried === undefined ? undefined : Math.abs(now.getTime() - tried.getTime())
  const isDue = !isUsable || age === undefined || age > day
  if (!isDue || (isUsable && !markTried(path, now))) return {}
  let reach: Reach | undefined
  try {
    reach = openReach({ env, caFile, patience })
    const from = { root: good?.chain.root ?? anchor, roots: good?.state.roots ?? [], known: good?.state }
    const state = await downloadState({ ...reach, mirror, ...from, insist: false })
    const chain = await verifyState(anchor, state)
    const kept = await keep(path, anchor, { state, chain })
    if (damage !== undefined) warn(`the cache of ${mirror} was damaged (${damage}) and has been fetched again`)
    if (kept !== undefined) warn(`the trust in ${mirror} was fetched for this run only: ${kept}`)
    return { state, chain }
  } catch (failure) {
    return { failure }
  } finally {
    reach?.deadline.end()
  }
}

/** @returns why it could not be kept */
async function keep(path: string, anchor: string, fetched: Verified): Promise<string | undefined> {
  try {
    await keepState(path, anchor, fetched)
    return undefined
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    return error.found === undefined ? error.message : `${error.message} (${error.found})`
  }
}

/** Nobody else's trust takes its place: who chose a repository did not choose another. */
function unusable({ mirror }: Repository, { damage, good }: Cached, now: Date, failure: unknown): SealwaxError {
  const days = good === undefined ? 0 : Math.floor(daysOver(good.chain, now))
  const found = good === undefined ? (damage ?? 'no cache') : `a cache that expired ${days} days ago`
  const words = failure instanceof Error ? `${failure.message}` : 'it was not fetched'
  return new SealwaxError('TRUST_INVALID', `there is no usable trust in ${mirror}`, {
    expected: `a cache that verifies and expired not more than ${mostDays} days ago, or the repository itself`,
    found: `${found}; ${words}`,
    hint: 'run "sealwax initialize" where there is a network, or name whom to trust with --trusted-root',
    cause: failure,
  })
}

function documentsOf({ mirror }: Repository, { files }: State): TrustDocuments {
  return {
    origin: `the TUF repository ${mirror}`,
    trustedRoot: files['trusted_root.json'] ?? '',
    signingConfig: files['signing_config.v0.2.json'],
    signingConfigRekorV2: files['signing_config_rekor_v2.v0.2.json'],
  }
}
