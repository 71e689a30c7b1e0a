import { hash, timingSafeEqual } from 'node:crypto'
import { join } from 'node:path'
import { utf8Decode } from '../../encoding/index.ts'
import { isSealwaxError, SealwaxError } from '../../errors.ts'
import { requireWritable } from '../../subject/index.ts'
import { readTrustFile } from '../file.ts'
import { parseTrustedRoot } from '../trusted-root.ts'
import { keepState, readCache } from './cache.ts'
import { rootVersion, verifyState } from './chain.ts'
import { choicePath, writeChoice } from './choice.ts'
import { downloadFile, downloadState, openReach, type Reach } from './client.ts'
import { makeFolder } from './folder.ts'
import { cacheFolder, type Variables } from './place.ts'
import { type Anchor, anchorText, cacheName, mirrorAddress, repositories, type Repository } from './repository.ts'
import type { State } from './state.ts'

/** Which repository is to count, and whose signatures are believed in it. */
export interface InitializeOptions {
  /** Its address. Default: the public Sigstore's. */
  readonly mirror?: string | undefined
  /** Its root: a file, or an http(s) URL with `rootChecksum`. Default: one that this package carries. */
  readonly root?: string | undefined
  /** The digest of that root: hexadecimal SHA-256, or `sha512:` and hexadecimal SHA-512. */
  readonly rootChecksum?: string | undefined
  /** The staging instance of the public Sigstore. */
  readonly staging?: boolean | undefined
  readonly env?: Variables | undefined
  /** Certificate authorities in PEM that are believed for TLS beside the platform's. */
  readonly caFile?: string | undefined
  /** Milliseconds for all of it; 60,000 by default. */
  readonly deadline?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What counts from now on. */
export interface InitializedTrust {
  readonly mirror: string
  /** The folder of the cache. */
  readonly folder: string
  readonly rootVersion: number
  /** When the first part of the metadata expires. */
  readonly expires: Date
  /** The targets that were fetched. */
  readonly files: readonly string[]
}

/** See `initializeTrust` in index.ts. */
export async function initialize(options: InitializeOptions): Promise<InitializedTrust> {
  const { env = process.env, deadline = 60_000, caFile, signal } = options
  const folder = openFolder(env)
  const reach = openReach({ env, caFile, signal, patience: deadline })
  try {
    return await fetchTrust(options, folder, reach)
  } finally {
    reach.deadline.end()
  }
}

async function fetchTrust(options: InitializeOptions, folder: string, reach: Reach): Promise<InitializedTrust> {
  const repository = await repositoryOf(options, reach)
  const { mirror } = repository
  const anchor = await anchorText(repository.anchor)
  const path = join(folder, cacheName(repository))
  const { good } = await readCache(path, anchor)
  const root = good?.chain.root ?? anchor
  const roots = good?.state.roots ?? []
  const state = await downloadState({ ...reach, mirror, root, roots, known: good?.state, insist: true })
  const chain = await verifyState(anchor, state)
  requireTrustedRoot(mirror, state)
  const kept = await keepState(path, anchor, { state, chain })
  writeChoice(folder, repository)
  const { rootVersion: version, expires } = kept.chain
  return { mirror, folder, rootVersion: version, expires, files: Object.keys(kept.state.files) }
}

/** The folder, when something can be written to it: else there is no use in asking anybody for anything. */
function openFolder(env: Variables): string {
  const hint = 'name a folder of yours with the variable SEALWAX_CACHE'
  const folder = cacheFolder(env)
  if (folder === undefined)
    throw new SealwaxError('FILE_UNWRITABLE', 'there is no place to keep the trust in', {
      expected: 'a home folder (HOME), or XDG_CACHE_HOME',
      found: 'neither',
      hint,
    })
  try {
    makeFolder(folder)
    requireWritable(choicePath(folder))
    return folder
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    const found = isSealwaxError(cause) ? cause.found : code
    throw new SealwaxError('FILE_UNWRITABLE', `the trust cannot be kept in ${folder}`, {
      expected: 'a folder that can be written to',
      found,
      hint,
      cause,
    })
  }
}

async function repositoryOf(options: InitializeOptions, reach: Reach): Promise<Repository> {
  const { staging = false, rootChecksum } = options
  if (staging && (options.mirror !== undefined || options.root !== undefined))
    throw usage('--staging names the repository and its root: --mirror and --root cannot be given as well')
  if (rootChecksum !== undefined && options.root === undefined)
    throw usage('--root-checksum is of no use without --root')
  const mirror = mirrorAddress(options.mirror ?? repositories[staging ? 'staging' : 'public'])
  const known: Anchor = mirror === repositories.staging ? 'staging' : 'public'
  if (options.root === undefined) return { mirror, anchor: known }
  return { mirror, anchor: { root: await readRoot(options.root, rootChecksum, reach) } }
}

/** Somebody's own root. What comes over the network must be the one that the person means. */
async function readRoot(place: string, checksum: string | undefined, reach: Reach): Promise<string> {
  const isRemote = /^https?:\/\//i.test(place)
  if (isRemote && checksum === undefined)
    throw usage('--root-checksum is needed with a root from the network: whoever sends it could send another')
  const bytes = isRemote ? await downloadFile(place, reach) : await readTrustFile(place, 'the TUF root')
  if (checksum !== undefined) requireChecksum(bytes, checksum)
  const text = utf8Decode(bytes, 'the TUF root')
  await rootVersion(text)
  return text
}

function requireChecksum(bytes: Buffer, checksum: string): void {
  const [, name = 'sha256', digest = ''] = /^(?:(sha256|sha512):)?([0-9a-f]+)$/i.exec(checksum) ?? []
  const algorithm = name.toLowerCase()
  if (digest.length !== (algorithm === 'sha512' ? 128 : 64))
    throw usage('--root-checksum is no digest: 64 hexadecimal digits of SHA-256, or sha512: and 128 of SHA-512')
  const found = hash(algorithm, bytes, 'buffer')
  if (timingSafeEqual(found, Buffer.from(digest, 'hex'))) return
  throw new SealwaxError('TRUST_INVALID', 'the TUF root is not the one that --root-checksum names', {
    expected: `${algorithm}:${digest.toLowerCase()}`,
    found: `${algorithm}:${found.toString('hex')}`,
  })
}

function requireTrustedRoot(mirror: string, { files }: State): void {
  const text = files['trusted_root.json']
  if (text === undefined)
    throw new SealwaxError('TRUST_INVALID', `the TUF repository ${mirror} says not whom to trust`, {
      expected: 'the target trusted_root.json',
      found: Object.keys(files).join(', ') || 'no target of that name',
      hint: 'its operator can add what "sealwax trusted-root create" writes',
    })
  parseTrustedRoot(text)
}

function usage(message: string): SealwaxError {
  return new SealwaxError('USAGE', message, { hint: 'run "sealwax help initialize"' })
}
