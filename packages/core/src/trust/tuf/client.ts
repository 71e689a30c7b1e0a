import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { utf8Decode } from '../../encoding/index.ts'
import { isSealwaxError, SealwaxError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { type Deadline, type Network, openNetwork, request, startDeadline } from '../../net/index.ts'
import { readBounded } from '../../subject/index.ts'
import { followRoot, rootVersion } from './chain.ts'
import type { Variables } from './place.ts'
import { privateFolder } from './private-folder.ts'
import { mostRoots, type State, targetNames } from './state.ts'

/** How the network is used: one deadline for everything that belongs together. */
export interface Reach {
  readonly network: Network
  readonly deadline: Deadline
}

/** How the network is to be used. */
export interface ReachOptions {
  /** Milliseconds for all of it. */
  readonly patience: number
  /** Certificate authorities in PEM that are believed for TLS beside the platform's. */
  readonly caFile?: string | undefined
  readonly env: Variables
  readonly signal?: AbortSignal | undefined
}

/** Starts the deadline; whoever asked for it ends it. @throws SealwaxError when `caFile` cannot be used */
export function openReach({ patience, caFile, env, signal }: ReachOptions): Reach {
  return { network: openNetwork({ caFile }, env), deadline: startDeadline(patience, signal) }
}

/** What is downloaded, and how. */
export interface Download extends Reach {
  readonly mirror: string
  /** The last root that is believed so far, and those that led to it. */
  readonly root: string
  readonly roots: readonly string[]
  /** The verified state of before: a repository may not go back behind it. */
  readonly known?: State | undefined
  /** Whether to try again what may pass. */
  readonly insist: boolean
}

/** Asks for one file; `undefined` when the repository has no such file, and it is optional. */
type Get = (address: string, cap: number, optional?: 'optional') => Promise<Buffer | undefined>

const rootCap = 512_000

/**
 * Downloads what a repository says now, with tuf-js: later roots, timestamp, snapshot, targets, and the targets for clients.
 * @throws SealwaxError `TRUST_INVALID`, `FILE_UNWRITABLE`, `CANCELLED`, and every `SERVICE_` code
 */
export async function downloadState(what: Download): Promise<State> {
  const folder = privateFolder()
  let failure: unknown
  const get: Get = async (address, cap, optional) => {
    try {
      return await getFile(address, cap, optional === 'optional', what)
    } catch (error) {
      // tuf-js makes a sentence of it; whoever waits needs the error itself.
      failure = error
      throw error
    }
  }
  try {
    const { root, roots } = await laterRoots(what, get)
    return { roots, ...(await downloadRest(what, root, folder, get)) }
  } catch (error) {
    throw explain(failure ?? error, what)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/**
 * A file that is not signed for itself: a first root.
 * @throws SealwaxError `CANCELLED`, and every `SERVICE_` code
 */
export async function downloadFile(address: string, { network, deadline }: Reach): Promise<Buffer> {
  const options = { deadline, network, maxBytes: limits.trust, retry: 'idempotent', plainHttp: 'any' } as const
  const hint = (status: number): string | undefined => hintFor(status, '--root')
  return (await request(address, { ...options, service: 'the server of the root', hint })).body
}

/**
 * Every root after the one that is believed, each signed by the keys of the one before (specification, section 5.3). Done here
 * and not by tuf-js, which keeps only the last: the cache needs all of them to be verified again.
 */
async function laterRoots(what: Download, get: Get): Promise<Pick<Download, 'root' | 'roots'>> {
  let { root, roots } = what
  for (let version = (await rootVersion(root)) + 1; roots.length < mostRoots; version++) {
    const bytes = await get(`${what.mirror}/${version}.root.json`, rootCap, 'optional')
    if (bytes === undefined) break
    const next = utf8Decode(bytes, `${version}.root.json`)
    await followRoot(root, next)
    root = next
    roots = [...roots, next]
  }
  return { root, roots }
}

async function downloadRest(
  { mirror, known }: Download,
  root: string,
  folder: string,
  get: Get,
): Promise<Omit<State, 'roots'>> {
  const { Updater } = await import('tuf-js')
  const place = (name: string): string => join(folder, name)
  const before =
    known === undefined ? {} : { timestamp: known.timestamp, snapshot: known.snapshot, targets: known.targets }
  for (const [name, text] of Object.entries({ root, ...before })) writeFileSync(place(`${name}.json`), text)
  const updater = new Updater({
    metadataDir: folder,
    metadataBaseUrl: mirror,
    targetBaseUrl: `${mirror}/targets`,
    config: { maxRootRotations: 0 },
    fetcher: {
      downloadBytes: async (address, cap) => present(await get(address, cap)),
      downloadFile: async (address, cap, handle) => {
        writeFileSync(place('download'), present(await get(address, cap)))
        return handle(place('download'))
      },
    },
  })
  await updater.refresh()
  const files: Record<string, string> = {}
  for (const name of targetNames) {
    const target = await updater.getTargetInfo(name)
    if (target === undefined) continue
    if (target.length > limits.trust) throw tooLarge(name, target.length)
    await updater.downloadTarget(target, place('target'))
    files[name] = utf8Decode(readFileSync(place('target')), name)
  }
  const text = (role: string): string => utf8Decode(readFileSync(place(`${role}.json`)), `${role}.json`)
  return { timestamp: text('timestamp'), snapshot: text('snapshot'), targets: text('targets'), files }
}

function present(bytes: Buffer | undefined): Buffer {
  if (bytes === undefined) throw new SealwaxError('TRUST_INVALID', 'the TUF repository lacks a file that it must have')
  return bytes
}

function tooLarge(name: string, length: number): SealwaxError {
  return new SealwaxError('INPUT_TOO_LARGE', `the target ${name} is too large`, {
    expected: `at most ${limits.trust} bytes`,
    found: `${length} bytes`,
  })
}

async function getFile(
  address: string,
  cap: number,
  optional: boolean,
  { insist, network, deadline }: Download,
): Promise<Buffer | undefined> {
  const maxBytes = Math.min(cap, limits.trust)
  if (address.startsWith('file:')) return readLocal(address, maxBytes, optional)
  // Servers of plain files say 403 where there is nothing (specification, section 5.3.3).
  const expect = optional ? [403, 404] : []
  const retry = insist ? 'idempotent' : 'never'
  // A mirror is named by a person, and what comes from it is signed: http will do.
  const service = 'the TUF repository'
  const hint = (status: number): string | undefined => hintFor(status, '--mirror')
  const how = { network, deadline, maxBytes, expect, retry, plainHttp: 'any', service, hint } as const
  const answer = await request(address, how)
  return expect.includes(answer.status) ? undefined : answer.body
}

function hintFor(status: number, flag: '--mirror' | '--root'): string | undefined {
  if (status >= 300 && status < 400) return `redirects are not followed: name the final address with ${flag}`
  if (status !== 403 && status !== 404) return undefined
  return flag === '--root'
    ? 'check the address of the root: there is no such file'
    : 'check the address of the mirror: a TUF repository has timestamp.json there'
}

function readLocal(address: string, cap: number, optional: boolean): Buffer | undefined {
  try {
    return readBounded(fileURLToPath(address), cap)
  } catch (error) {
    if (optional && isSealwaxError(error) && error.code === 'FILE_NOT_FOUND') return undefined
    throw error
  }
}

function explain(error: unknown, { mirror, deadline }: Download): SealwaxError {
  if (isSealwaxError(error) && error.code === 'SERVICE_TIMEOUT')
    return new SealwaxError('SERVICE_TIMEOUT', `the TUF repository ${mirror} did not answer in time`, {
      expected: `everything within ${deadline.milliseconds / 1000} s`,
      found: 'not everything',
      hint: error.hint,
      cause: error,
    })
  if (isSealwaxError(error) && !/^(TRUST_INVALID|INPUT_|ENCODING_)/.test(error.code)) return error
  const found = error instanceof Error ? plainWords(error.message).slice(0, 300) : 'it cannot be read'
  const detail =
    isSealwaxError(error) && error.found !== undefined ? ` (found ${error.found}, not ${error.expected})` : ''
  return new SealwaxError('TRUST_INVALID', `the TUF repository ${mirror} does not verify`, {
    expected: 'metadata that its root has signed, not expired, and not older than what is known',
    found: found + detail,
    hint: hintOf(found + detail),
    cause: error,
  })
}

/** tuf-js wraps one sentence of its own into another; the innermost says what is wrong. */
const plainWords = (message: string): string => message.replace(/^.*Error: /s, '').replace(/^Final /, '')

function hintOf(found: string): string {
  const clock = `is this machine's clock wrong? It says ${new Date().toISOString()}`
  if (/root.json is expired/.test(found))
    return `there is no newer root: is this the repository that the root belongs to? Name its own with --root; or ${clock}`
  if (/expired/.test(found)) return `its operator must sign it anew; or ${clock}`
  if (/signed by/.test(found)) return 'is this the repository that the root belongs to? Name its own with --root'
  return 'nothing was changed: what was known before still counts; tell the operator of the repository'
}
