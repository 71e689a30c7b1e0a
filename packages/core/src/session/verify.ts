import type { KeyObject } from 'node:crypto'
import { statSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { type Bundle, parseBundle } from '../bundle/index.ts'
import { type ErrorCode, isSealwaxError, SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { judge, type Policy, type ReasonCode } from '../policy/index.ts'
import { type BuildRule, SLSA_PROVENANCE, type Statement } from '../statement/index.ts'
import { readBounded } from '../subject/index.ts'
import type { TrustedRoot } from '../trust/index.ts'
import { openTrust } from '../trust/tuf/index.ts'
import { type Evidence, verifyBundle, type WitnessKey } from '../verify/index.ts'
import { type Comparison, compareFiles, compareFolder, expectedFiles, type FileFindings } from './compare.ts'
import { readRule } from './rule.ts'
import { DEFAULT_BUNDLE } from './names.ts'

/** How a build is verified. */
export interface VerifyBuildOptions {
  /** Who must have signed, and what must have witnessed it. */
  readonly policy: Policy
  /** A trusted root, or the file that holds it. Default: what `initializeTrust` chose, else the public Sigstore's. */
  readonly trustedRoot?: TrustedRoot | string | undefined
  /** The staging instance of the public Sigstore, where no trusted root is named. */
  readonly staging?: boolean | undefined
  /** The public key that must have signed. */
  readonly key?: KeyObject | undefined
  /** Witnesses of logs, as `parseWitness` reads them, for a policy that asks for some. */
  readonly witnesses?: readonly WitnessKey[] | undefined
  /** The bundle's file. Default: `attestation.sigstore.json` in the folder. */
  readonly bundle?: string | undefined
  /** Only these files, named relative to the folder, instead of the whole of it. */
  readonly files?: readonly string[] | undefined
  readonly now?: Date | undefined
}

/** Why a folder does not verify. `file` is the name of the file that it is about. */
export interface BuildReason {
  readonly code: ReasonCode | ErrorCode | 'FILE_CHANGED' | 'FILE_MISSING' | 'FILE_EXTRA'
  readonly message: string
  readonly expected?: string | undefined
  readonly found?: string | undefined
  readonly file?: string | undefined
}

/** The result. Plain data. */
export interface BuildVerdict {
  readonly ok: boolean
  /** Empty exactly when `ok`. */
  readonly reasons: readonly BuildReason[]
  readonly warnings: readonly string[]
  /** Absent when there is no signature. */
  readonly evidence?: Evidence | undefined
  /** The rule that the files were held against; absent when the signature did not verify and no file was looked at. */
  readonly rule?: BuildRule | undefined
  readonly files: FileFindings
}

const NO_FILES: FileFindings = { ok: 0, changed: [], missing: [], extra: [], uncovered: [] }

/** See index.ts. */
export async function verifyBuild(directory: string, options: VerifyBuildOptions): Promise<BuildVerdict> {
  const root = resolve(directory)
  const path = resolve(options.bundle ?? join(root, DEFAULT_BUNDLE))
  const bytes = readBundle(root, path)
  if (bytes === undefined) return refused([missing(path)], [])
  const bundle = tryParse(bytes, path)
  if ('code' in bundle) return refused([bundle], [])
  const doubts: string[] = []
  const trust = { root: await rootFor(options, doubts), key: options.key, witnesses: options.witnesses }
  const evidence = verifyBundle(bundle, undefined, trust, { now: options.now ?? new Date() })
  // The subjects are compared below, file by file. Another kind of statement about the same files is not a build's signature.
  const predicateType = options.policy.predicateType ?? SLSA_PROVENANCE
  const policy: Policy = { ...options.policy, predicateType, artifact: 'optional' }
  const { ok, reasons, warnings: unclear } = judge(evidence, policy)
  const warnings = [...doubts, ...unclear]
  // What an unverified statement says about files is anybody's word.
  if (!ok || evidence.statement === undefined) return { ...refused(reasons, warnings), evidence }
  return { ...judgeFiles(root, path, bytes, evidence.statement, options.files), warnings, evidence }
}

/** What is no bundle is a finding about this folder; whether the others verify is another question. */
function tryParse(bytes: Buffer, path: string): Bundle | BuildReason {
  try {
    return parseBundle(bytes)
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    const { message, expected, found } = error
    return { code: 'BUNDLE_INVALID', file: path, message: `${path} is no bundle: ${message}`, expected, found }
  }
}

type FilesVerdict = Pick<BuildVerdict, 'ok' | 'reasons' | 'rule' | 'files'>

function judgeFiles(
  root: string,
  path: string,
  bytes: Buffer,
  statement: Statement,
  only: readonly string[] | undefined,
): FilesVerdict {
  try {
    const rule = readRule(statement, DEFAULT_BUNDLE)
    const expected = expectedFiles(root, statement.subject, rule)
    const own = ownNames(root, path, bytes, rule)
    const result = only === undefined ? compareFolder(root, expected, rule, own) : compareFiles(root, expected, only)
    const reasons = reasonsOf(result)
    return { ok: reasons.length === 0, reasons, rule, files: result.files }
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    return { ok: false, reasons: [findingOf(error)], files: NO_FILES }
  }
}

/**
 * The names that the folder's bundle may have: that of the file which was read, and the signed one when the same bytes are
 * there. Anything else under that name is a file like any other.
 */
function ownNames(root: string, path: string, bytes: Buffer, rule: BuildRule): string[] {
  const name = relative(root, path).split(sep).join('/')
  return holds(join(root, rule.bundle), bytes) ? [name, rule.bundle] : [name]
}

function holds(path: string, bytes: Buffer): boolean {
  try {
    return readBounded(path, bytes.length).equals(bytes)
  } catch {
    // Not there, larger, or no file: then it is not the same one, and counts as what it is.
    return false
  }
}

function reasonsOf({ files: { changed, missing: gone, extra }, refused: odd }: Comparison): BuildReason[] {
  return [
    ...changed.map((file) => reason('FILE_CHANGED', file, 'is not the file that was signed')),
    ...gone.map((file) => reason('FILE_MISSING', file, 'was signed and is missing')),
    ...extra.map((file) => reason('FILE_EXTRA', file, 'was not signed')),
    ...odd.map(({ name, error }) => ({ ...findingOf(error), file: name })),
  ]
}

function findingOf({ code, message, expected, found }: SealwaxError): BuildReason {
  return { code, message, expected, found }
}

function reason(code: BuildReason['code'], file: string, what: string): BuildReason {
  return { code, file, message: `${file} ${what}` }
}

function refused(reasons: readonly BuildReason[], warnings: readonly string[]): BuildVerdict {
  return { ok: false, reasons, warnings, files: NO_FILES }
}

function missing(path: string): BuildReason {
  return { code: 'SIGNATURE_MISSING', message: `there is no signature: ${path} is missing`, file: path }
}

/** `undefined` when there is none. @throws SealwaxError when there is no folder either, or what is there cannot be read */
function readBundle(root: string, path: string): Buffer | undefined {
  if (!isFolder(root))
    throw new SealwaxError('FILE_NOT_FOUND', `there is no folder ${root}`, { expected: 'a folder', found: 'none' })
  try {
    return readBounded(path, limits.bundle)
  } catch (error) {
    if (isSealwaxError(error) && error.code === 'FILE_NOT_FOUND') return undefined
    throw error
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** A policy that asks for a key and no witness is held without anybody's trusted root. */
async function rootFor(
  { trustedRoot, staging, key, policy }: VerifyBuildOptions,
  doubts: string[],
): Promise<TrustedRoot | undefined> {
  if (typeof trustedRoot === 'object') return trustedRoot
  const alone = key !== undefined && policy.log + policy.timestamps + policy.times + (policy.witnesses ?? 0) === 0
  return alone && trustedRoot === undefined
    ? undefined
    : openTrust({ trustedRoot, staging, warn: (line) => doubts.push(line) }).trustedRoot()
}
