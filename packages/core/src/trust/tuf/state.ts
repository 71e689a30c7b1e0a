import { messageReader, parseJson } from '../../encoding/index.ts'
import { limits } from '../../limits.ts'

/**
 * All that is kept of a repository, each part byte for byte as it was published. One value in one file, so that the parts
 * always belong together, whoever reads and writes at the same time.
 */
export interface State {
  /** The roots after the one that the chain begins with, in order. */
  readonly roots: readonly string[]
  readonly timestamp: string
  readonly snapshot: string
  readonly targets: string
  /** The targets that are used here, by name. */
  readonly files: Readonly<Record<string, string>>
}

/** The targets that a Sigstore repository has for clients. Only the first one must be there. */
export const targetNames = [
  'trusted_root.json',
  'signing_config.v0.2.json',
  'signing_config_rekor_v2.v0.2.json',
] as const

/** More rotations than any repository had. */
export const mostRoots = 256

const mediaType = 'application/vnd.sealwax.tuf-cache.v1+json'
const read = messageReader('TRUST_INVALID', 'the cache')

/** A state as a cache file's content. */
export function formatState({ roots, timestamp, snapshot, targets, files }: State): string {
  return `${JSON.stringify({ mediaType, roots, timestamp, snapshot, targets, files })}\n`
}

/**
 * A state from a cache file's content. Nothing in it is believed yet.
 * @throws SealwaxError `TRUST_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE`
 */
export function parseState(bytes: Uint8Array): State {
  const names = ['mediaType', 'roots', 'timestamp', 'snapshot', 'targets', 'files']
  const state = read.object(parseJson(bytes, 'the cache', limits.trustCache), 'the file', names)
  if (state['mediaType'] !== mediaType) throw read.fail('mediaType', mediaType, 'another')
  const files = read.object(state['files'], 'files', targetNames)
  return {
    roots: read.list(state['roots'], 'roots', mostRoots).map((root, at) => read.text(root, `roots[${at}]`)),
    timestamp: read.text(state['timestamp'], 'timestamp'),
    snapshot: read.text(state['snapshot'], 'snapshot'),
    targets: read.text(state['targets'], 'targets'),
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, read.text(text, `files.${name}`)])),
  }
}
