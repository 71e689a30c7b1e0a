import { existsSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import { isSealwaxError, SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { BuildRule } from '../statement/index.ts'
import {
  checkName,
  hashBytes,
  hashFile,
  type HashName,
  listFiles,
  parseSums,
  readBounded,
  type Refusal,
  type Subject,
} from '../subject/index.ts'
import { fileRule } from './rule.ts'

/** How a folder differs from what was signed. Names relative to the folder, sorted. */
export interface FileFindings {
  /** How many files are there and unchanged; our own checksum file is none of them. */
  readonly ok: number
  readonly changed: readonly string[]
  readonly missing: readonly string[]
  readonly extra: readonly string[]
  /** What the rule left out, so that nobody takes it for verified; a folder's name ends with '/'. */
  readonly uncovered: readonly string[]
}

/** The findings, and what is no file that could be compared: a link out of the folder, a pipe, one that cannot be read. */
export interface Comparison {
  readonly files: FileFindings
  readonly refused: readonly Refusal[]
}

/** A name's digest, with the algorithm that it was made with. */
export interface Expected {
  readonly algorithm: HashName
  readonly digest: string
}

/**
 * Every file that a statement speaks of. Where its only subject is the checksum file, the lines of that file, once it is the
 * one that was signed.
 * @throws SealwaxError `SUBJECT_INVALID`, `BUILD_CHANGED` for another checksum file, `INPUT_TOO_LARGE`
 */
export function expectedFiles(directory: string, subjects: readonly Subject[], rule: BuildRule): Map<string, Expected> {
  const expected = new Map<string, Expected>()
  for (const subject of subjects) add(expected, subject)
  const list = rule.checksums === undefined ? undefined : expected.get(rule.checksums)
  if (rule.checksums === undefined || list === undefined || expected.size > 1) return expected
  for (const subject of readSums(directory, rule.checksums, list)) add(expected, subject)
  return expected
}

function add(expected: Map<string, Expected>, { name, digest }: Subject): void {
  const known = ['sha256', 'sha384', 'sha512'] as const
  const algorithm = known.find((one) => digest[one] !== undefined)
  const value = algorithm === undefined ? undefined : digest[algorithm]
  if (algorithm === undefined || value === undefined)
    throw invalid(`the subject ${JSON.stringify(name)} has no digest that is known here`, known.join(', '))
  if (expected.has(checkName(name))) throw invalid(`the subject ${JSON.stringify(name)} comes twice`, 'each name once')
  expected.set(name, { algorithm, digest: value })
}

function readSums(directory: string, name: string, { algorithm, digest }: Expected): Subject[] {
  const path = inside(directory, name)
  if (path === undefined)
    throw new SealwaxError('BUILD_CHANGED', `${name} is missing`, { expected: 'the checksum file that was signed' })
  // Read once: what is hashed is what is parsed.
  const bytes = readBounded(path, limits.sums)
  const found = hashBytes(bytes, algorithm)
  if (found === digest) return parseSums(bytes.toString())
  throw new SealwaxError('BUILD_CHANGED', `${name} is not the one that was signed`, {
    expected: `${algorithm} ${digest}`,
    found: `${algorithm} ${found}`,
  })
}

/** The closed world: every file is expected and unchanged, and every expected file is there. `own`: the bundle's names. */
export function compareFolder(
  directory: string,
  expected: ReadonlyMap<string, Expected>,
  rule: BuildRule,
  own: readonly string[],
): Comparison {
  const refused: Refusal[] = []
  const { files, skipped } = listFiles(directory, fileRule(rule, own), (refusal) => refused.push(refusal))
  const found = newFindings()
  const missing = new Set(expected.keys())
  for (const { name, path } of files) {
    const known = expected.get(name)
    if (known === undefined) found.extra.push(name)
    else compare(found, refused, name, known, () => path)
    missing.delete(name)
  }
  for (const { name } of refused) missing.delete(name)
  const uncovered = skipped.filter((name) => !own.includes(name))
  const ok = found.ok.filter((name) => name !== rule.checksums).length
  return { files: { ...found, ok, uncovered, missing: [...missing] }, refused }
}

/** Only these files; the rest of the folder is not looked at. A name that was not signed counts as extra. */
export function compareFiles(
  directory: string,
  expected: ReadonlyMap<string, Expected>,
  names: readonly string[],
): Comparison {
  const refused: Refusal[] = []
  const found = newFindings()
  for (const name of names) {
    const known = expected.get(name)
    if (known === undefined) found.extra.push(name)
    else compare(found, refused, name, known, () => inside(directory, name))
  }
  return { files: { ...found, ok: found.ok.length, uncovered: [] }, refused }
}

interface Findings {
  readonly ok: string[]
  readonly changed: string[]
  readonly missing: string[]
  readonly extra: string[]
}

function newFindings(): Findings {
  return { ok: [], changed: [], missing: [], extra: [] }
}

/** One file that cannot be read must not hide what is wrong with the others. */
function compare(
  found: Findings,
  refused: Refusal[],
  name: string,
  { algorithm, digest }: Expected,
  place: () => string | undefined,
): void {
  try {
    const path = place()
    if (path === undefined) found.missing.push(name)
    else if (hashFile(path, algorithm) === digest) found.ok.push(name)
    else found.changed.push(name)
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    refused.push({ name, error })
  }
}

/** Where a name is, unless a link leads out of the folder. `undefined` when nothing is there. */
function inside(directory: string, name: string): string | undefined {
  const path = join(directory, name)
  if (!existsSync(path)) return undefined
  const real = realpathSync(path)
  if (real.startsWith(realpathSync(directory) + sep)) return real
  throw invalid(`${JSON.stringify(name)} is a link that points out of the folder`, 'a file in the folder')
}

function invalid(message: string, expected: string): SealwaxError {
  return new SealwaxError('SUBJECT_INVALID', message, { expected })
}
