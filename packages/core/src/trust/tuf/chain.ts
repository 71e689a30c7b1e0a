import { hash } from 'node:crypto'
import type { Metadata, MetadataKind, Root, TargetFile } from '@tufjs/models'
import { messageReader, parseJson } from '../../encoding/index.ts'
import { isSealwaxError, SealwaxError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { mostRoots, type State } from './state.ts'

// The client's workflow of the TUF specification (1.0.34, section 5) over metadata that is at hand, at any time: tuf-js only
// does it together with downloading, and only now. Expiry is told, not judged: that is for whoever uses the result.

/** What a state says, once every signature, version, length and digest in it was right. */
export interface Chain {
  readonly rootVersion: number
  /** The text of the last root. */
  readonly root: string
  readonly timestampVersion: number
  /** When the first part of it runs out. */
  readonly expires: Date
}

type Models = typeof import('@tufjs/models')
type Json = Parameters<Models['Metadata']['fromJSON']>[1]
type Role = 'Root' | 'Timestamp' | 'Snapshot' | 'Targets'

const read = messageReader('TRUST_INVALID', 'the TUF metadata')

/**
 * Verifies a state from the root that its chain begins with. `anchor` may be newer than the first of its roots.
 * @throws SealwaxError `TRUST_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE`
 */
export async function verifyState(anchor: string, state: State): Promise<Chain> {
  const models = await import('@tufjs/models')
  return typed(() => {
    const { root, text } = followRoots(models, anchor, state.roots)
    const timestamp = signedBy(root, 'timestamp', parse(models, 'Timestamp', state.timestamp))
    timestamp.signed.snapshotMeta.verify(Buffer.from(state.snapshot))
    const snapshot = signedBy(root, 'snapshot', parse(models, 'Snapshot', state.snapshot))
    requireVersion('snapshot', snapshot.signed.version, timestamp.signed.snapshotMeta.version)
    const listed = snapshot.signed.meta['targets.json']
    if (listed === undefined) throw read.fail('the snapshot', 'a line for targets.json', 'none')
    listed.verify(Buffer.from(state.targets))
    const targets = signedBy(root, 'targets', parse(models, 'Targets', state.targets))
    requireVersion('targets', targets.signed.version, listed.version)
    for (const [name, file] of Object.entries(state.files)) checkFile(name, file, targets.signed.targets[name])
    const ends = [root, timestamp, snapshot, targets].map(({ signed }) => endOf(signed.expires).getTime())
    return {
      rootVersion: root.signed.version,
      root: text,
      timestampVersion: timestamp.signed.version,
      expires: new Date(Math.min(...ends)),
    }
  })
}

/**
 * A root that is signed by itself, and its version.
 * @throws SealwaxError `TRUST_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE`
 */
export async function rootVersion(text: string): Promise<number> {
  const models = await import('@tufjs/models')
  return typed(() => openRoot(models, text).signed.version)
}

/**
 * The version of `next`, when it is the successor of `root`: signed by the keys of both (specification, section 5.3).
 * @throws SealwaxError `TRUST_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE`
 */
export async function followRoot(root: string, next: string): Promise<number> {
  const models = await import('@tufjs/models')
  return typed(() => succeed(models, openRoot(models, root), next).signed.version)
}

/** The last root. Those that are not newer than the anchor are passed over: it comes from a newer version of this package. */
function followRoots(
  models: Models,
  anchor: string,
  roots: readonly string[],
): { readonly root: Metadata<Root>; readonly text: string } {
  if (roots.length > mostRoots) throw read.fail('the roots', `at most ${mostRoots}`, `${roots.length}`)
  let root = openRoot(models, anchor)
  let text = anchor
  for (const next of roots) {
    if (parse(models, 'Root', next).signed.version <= root.signed.version) continue
    root = succeed(models, root, next)
    text = next
  }
  return { root, text }
}

function openRoot(models: Models, text: string): Metadata<Root> {
  const root = parse(models, 'Root', text)
  return signedBy(root, 'root', root)
}

function succeed(models: Models, root: Metadata<Root>, text: string): Metadata<Root> {
  const next = signedBy(root, 'root', parse(models, 'Root', text))
  requireVersion('root', next.signed.version, root.signed.version + 1)
  return signedBy(next, 'root', next)
}

function parse<R extends Role>(models: Models, role: R, text: string): Metadata<InstanceType<Models[R]>> {
  const what = `the TUF metadata ${role.toLowerCase()}.json`
  const json = parseJson(text, what, limits.trust) as Json
  const kind: MetadataKind = models.MetadataKind[role]
  // Its overloads want the literal kind; what comes back is of the kind that was asked for, or it throws.
  return models.Metadata.fromJSON(kind as MetadataKind.Root, json) as unknown as Metadata<InstanceType<Models[R]>>
}

function signedBy<M extends Parameters<Metadata<Root>['verifyDelegate']>[1]>(
  root: Metadata<Root>,
  role: string,
  metadata: M,
): M {
  root.verifyDelegate(role, metadata)
  return metadata
}

function requireVersion(role: string, found: number, expected: number): void {
  if (found !== expected) throw read.fail(`${role}.json`, `version ${expected}`, `version ${found}`)
}

function endOf(text: string): Date {
  const end = read.time(text, 'expires')
  // tuf-js takes all that Date reads, some of it in the zone of this machine (specification, section 4.2.1: UTC).
  if (end === undefined) throw read.fail('expires', 'a time', 'nothing')
  return end
}

function checkFile(name: string, text: string, listed: TargetFile | undefined): void {
  if (listed === undefined) throw read.fail(name, 'a target of the repository', 'a file that is none')
  const { sha256, sha512 } = listed.hashes
  const isRight =
    (sha256 !== undefined || sha512 !== undefined) &&
    (sha256 === undefined || sha256 === hash('sha256', text)) &&
    (sha512 === undefined || sha512 === hash('sha512', text))
  if (!isRight || Buffer.byteLength(text) !== listed.length)
    throw read.fail(name, `${listed.length} bytes with the digest ${sha256 ?? sha512 ?? '(none)'}`, 'another file')
}

/** The library's errors as ours. */
function typed<T>(act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (isSealwaxError(cause)) throw cause
    const found = cause instanceof Error ? cause.message.slice(0, 200) : 'it cannot be read'
    throw new SealwaxError('TRUST_INVALID', 'the TUF metadata does not verify', {
      expected: 'metadata signed by the keys of its root',
      found,
      cause,
    })
  }
}
