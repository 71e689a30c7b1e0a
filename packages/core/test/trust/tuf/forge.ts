// A TUF repository of our own making: every part of it can be made wrong, and its server can misbehave.
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { canonicalJson } from '../../../src/encoding/index.ts'
import { trustedRootJson } from '../../forge/world.ts'
import { serve } from '../../net/server.ts'

type Json = Record<string, unknown>

export interface TufKey {
  readonly id: string
  readonly key: KeyObject
  readonly shown: Json
}

export const day = 86_400_000
export const inDays = (days: number): string => `${new Date(Date.now() + days * day).toISOString().slice(0, 19)}Z`

// Hexadecimal Ed25519: the canonical forms of JSON agree on it.
export function makeKey(): TufKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex')
  const shown = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } }
  return { id: hash('sha256', canonicalJson(shown)), key: privateKey, shown }
}

/** A metadata file. */
export function signed(content: Json, ...keys: readonly TufKey[]): string {
  const bytes = Buffer.from(canonicalJson(content))
  const signatures = keys.map(({ id, key }) => ({ keyid: id, sig: sign(null, bytes, key).toString('hex') }))
  return JSON.stringify({ signatures, signed: content })
}

const print = (text: string): Json => ({ length: Buffer.byteLength(text), hashes: { sha256: hash('sha256', text) } })

export interface Keys {
  root: TufKey
  timestamp: TufKey
  snapshot: TufKey
  targets: TufKey
}

const newKeys = (): Keys => ({ root: makeKey(), timestamp: makeKey(), snapshot: makeKey(), targets: makeKey() })

/** What of a release is to be other than good. */
export interface Release {
  readonly files?: Readonly<Record<string, string>>
  /** Days from now. */
  readonly expires?: Partial<Record<'timestamp' | 'snapshot' | 'targets', number>>
  readonly versions?: Partial<Record<'timestamp' | 'snapshot' | 'targets', number>>
  /** Other keys to sign with. */
  readonly signers?: Partial<Record<'timestamp' | 'snapshot' | 'targets', TufKey>>
}

export interface Repository {
  readonly url: string
  /** The first root. */
  readonly root: string
  keys: Keys
  /** Files by their path, as they are served. */
  readonly files: Map<string, string>
  /** The paths that were asked for. */
  readonly requests: string[]
  /** Answers in the place of the files; `false` leaves it to them. */
  misbehave: (path: string, response: ServerResponse) => boolean
  release(release?: Release): void
  /** New keys, and a root that the old ones vouch for. */
  rotate(changes?: { readonly signers?: readonly TufKey[]; readonly version?: number; readonly days?: number }): void
}

export const signingConfigText = JSON.stringify({
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  rekorTlogConfig: {},
  tsaConfig: {},
})

export const goodFiles: Readonly<Record<string, string>> = {
  'trusted_root.json': JSON.stringify(trustedRootJson()),
  'signing_config.v0.2.json': signingConfigText,
}

function rootOf(version: number, keys: Keys, days: number): Json {
  const role = ({ id }: TufKey): Json => ({ keyids: [id], threshold: 1 })
  return {
    _type: 'root',
    spec_version: '1.0.31',
    version,
    expires: inDays(days),
    consistent_snapshot: true,
    keys: Object.fromEntries(Object.values(keys).map(({ id, shown }: TufKey) => [id, shown])),
    roles: {
      root: role(keys.root),
      timestamp: role(keys.timestamp),
      snapshot: role(keys.snapshot),
      targets: role(keys.targets),
    },
  }
}

/** Starts a repository with one release. It ends with the test. */
export async function openRepository(first: Release = {}): Promise<Repository> {
  let keys = newKeys()
  let rootNumber = 1
  let count = 0
  let lastFiles = goodFiles
  const files = new Map<string, string>()
  const requests: string[] = []
  const root = signed(rootOf(1, keys, 365), keys.root)
  files.set('1.root.json', root)
  const { url } = await serve(({ url: path = '' }, response) => {
    requests.push(path.slice(1))
    if (repository.misbehave(path.slice(1), response)) return
    const body = files.get(path.slice(1))
    response.writeHead(body === undefined ? 404 : 200).end(body)
  })
  const repository: Repository = {
    url,
    root,
    get keys() {
      return keys
    },
    set keys(others) {
      keys = others
    },
    files,
    requests,
    misbehave: () => false,
    release({ files: targets = lastFiles, expires = {}, versions = {}, signers = {} } = {}) {
      lastFiles = targets
      count += 1
      const head = (type: 'timestamp' | 'snapshot' | 'targets'): Json => ({
        _type: type,
        spec_version: '1.0.31',
        version: versions[type] ?? count,
        expires: inDays(expires[type] ?? 7),
      })
      for (const [name, text] of Object.entries(targets)) files.set(`targets/${hash('sha256', text)}.${name}`, text)
      const prints = Object.fromEntries(Object.entries(targets).map(([name, text]) => [name, print(text)]))
      const top = signed({ ...head('targets'), targets: prints }, signers.targets ?? keys.targets)
      const topVersion = versions.targets ?? count
      files.set(`${topVersion}.targets.json`, top)
      const meta = { 'targets.json': { version: topVersion, ...print(top) } }
      const snapshot = signed({ ...head('snapshot'), meta }, signers.snapshot ?? keys.snapshot)
      const snapshotVersion = versions.snapshot ?? count
      files.set(`${snapshotVersion}.snapshot.json`, snapshot)
      const listed = { 'snapshot.json': { version: snapshotVersion, ...print(snapshot) } }
      files.set('timestamp.json', signed({ ...head('timestamp'), meta: listed }, signers.timestamp ?? keys.timestamp))
    },
    rotate({ signers, version, days = 365 } = {}) {
      const old = keys
      keys = newKeys()
      rootNumber = version ?? rootNumber + 1
      files.set(
        `${rootNumber}.root.json`,
        signed(rootOf(rootNumber, keys, days), ...(signers ?? [old.root, keys.root])),
      )
      repository.release()
    },
  }
  repository.release(first)
  return repository
}

/** The state that a client keeps of a repository with one root. */
export function stateOf({ files }: Repository): {
  roots: string[]
  timestamp: string
  snapshot: string
  targets: string
  files: Record<string, string>
} {
  const versionOf = (text: string, name: string): number =>
    (JSON.parse(text) as { signed: { meta: Record<string, { version: number }> } }).signed.meta[name]?.version ?? 0
  const timestamp = files.get('timestamp.json') ?? ''
  const snapshot = files.get(`${versionOf(timestamp, 'snapshot.json')}.snapshot.json`) ?? ''
  const targets = files.get(`${versionOf(snapshot, 'targets.json')}.targets.json`) ?? ''
  return { roots: [], timestamp, snapshot, targets, files: { ...goodFiles } }
}
