import { createHash } from 'node:crypto'
import { makeKey, rawEd25519, signWith, type ServiceKey } from '../pki/index.ts'
import { canonicalJson } from '../rekor/index.ts'

/** Everything is valid for as long as the sandbox's certificates are, but for the timestamp, whose shortness is its purpose. */
const TEN_YEARS = 10 * 365 * 24 * 3600 * 1000
const DAY = 24 * 3600 * 1000

/** A key pair as TUF names it (specification 1.0, 4.2). */
export interface TufKey {
  readonly id: string
  readonly pair: ServiceKey
  readonly shown: unknown
}

/** Ed25519: its public form is plain hex, whose canonical JSON is the same in every reading of that format. */
export function makeTufKey(): TufKey {
  const pair = makeKey('Ed25519')
  const shown = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: rawEd25519(pair.spki).toString('hex') } }
  return { id: sha256(Buffer.from(canonicalJson(shown))), pair, shown }
}

/** A metadata file: what is signed, and the signatures over its canonical JSON. */
export function signMetadata(signed: object, keys: readonly TufKey[]): Buffer {
  const bytes = Buffer.from(canonicalJson(signed))
  const signatures = keys.map(({ id, pair }) => ({ keyid: id, sig: signWith(pair, bytes).toString('hex') }))
  return Buffer.from(JSON.stringify({ signatures, signed }))
}

/** root (4.3): one key of its own, and one for the three other roles. */
export function rootMetadata(version: number, now: Date, root: TufKey, online: TufKey): object {
  const role = ({ id }: TufKey): object => ({ keyids: [id], threshold: 1 })
  return {
    ...head('root', version, now, TEN_YEARS),
    consistent_snapshot: true,
    keys: { [root.id]: root.shown, [online.id]: online.shown },
    roles: { root: role(root), timestamp: role(online), snapshot: role(online), targets: role(online) },
  }
}

/** targets (4.5) */
export function targetsMetadata(version: number, now: Date, targets: ReadonlyMap<string, Buffer>): object {
  const entries = [...targets].map(([name, bytes]) => [name, fingerprint(bytes)] as const)
  return { ...head('targets', version, now, TEN_YEARS), targets: Object.fromEntries(entries) }
}

/** snapshot (4.4) */
export function snapshotMetadata(version: number, now: Date, targetsVersion: number, targets: Buffer): object {
  const meta = { 'targets.json': { version: targetsVersion, ...fingerprint(targets) } }
  return { ...head('snapshot', version, now, TEN_YEARS), meta }
}

/** timestamp (4.6) */
export function timestampMetadata(version: number, now: Date, snapshotVersion: number, snapshot: Buffer): object {
  const meta = { 'snapshot.json': { version: snapshotVersion, ...fingerprint(snapshot) } }
  return { ...head('timestamp', version, now, DAY), meta }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function head(type: string, version: number, now: Date, lifetime: number): object {
  const expires = `${new Date(now.getTime() + lifetime).toISOString().slice(0, 19)}Z`
  return { _type: type, spec_version: '1.0.31', version, expires }
}

function fingerprint(bytes: Buffer): { readonly length: number; readonly hashes: object } {
  return { length: bytes.length, hashes: { sha256: sha256(bytes) } }
}
