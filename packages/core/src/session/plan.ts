import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { SLSA_PROVENANCE, type Statement } from '../statement/index.ts'
import { type BuildContext, makeStatement, provenance } from '../statement/signing.ts'
import { formatSums, hashBytes, type Subject } from '../subject/index.ts'
import type { Settings } from './settings.ts'
import { findOurs, STATEMENT_NAME, SUMS_NAME } from './stale.ts'
import { type ListedTree, listTree, measureTree, type MeasuredTree, subjectsOfTree } from './tree.ts'

/** A folder that can be signed: what is in it is listed, nothing of it has been read. */
export interface Outline {
  readonly tree: ListedTree
  /** Whether a checksum file is written: always beside a statement that another job will sign. */
  readonly sums: 'all' | 'beside' | undefined
  /** Names of ours from an earlier signing, to be replaced or removed when this one is done. */
  readonly stale: readonly string[]
}

/** What will be said about one folder, before anyone has said it. */
export interface Plan {
  readonly tree: MeasuredTree
  readonly subjects: readonly Subject[]
  /** The text of the checksum file, where one is written. */
  readonly sums: string | undefined
  readonly stale: readonly string[]
}

/**
 * Lists a folder as it is now and decides the form: every file a subject, or one checksum file that names them where
 * there are more than stock verifiers accept.
 * @throws SealwaxError `FILE_EXISTS`, `SUBJECT_INVALID`, `FILE_UNREADABLE`
 */
export function outlineRoot(directory: string, settings: Settings): Outline {
  const { mode, bundle, dotfiles } = settings
  const unsigned = mode === 'statement'
  const stale = findOurs(directory, bundle)
  requireFree(directory, unsigned ? STATEMENT_NAME : bundle, stale)
  // The unsigned statement stays beside the bundle that a later job makes of it.
  const exclude = [...settings.exclude, ...(unsigned ? [STATEMENT_NAME] : [])].sort()
  const tree = listTree(directory, { bundle, dotfiles, exclude }, stale)
  const isLong = tree.files.length + (unsigned ? 1 : 0) > limits.statementSubjects
  if (!isLong && !unsigned) return { tree, sums: undefined, stale }
  requireFree(directory, SUMS_NAME, stale)
  return { tree, sums: isLong ? 'all' : 'beside', stale }
}

/**
 * Reads the files of an outline.
 * @throws SealwaxError `FILE_UNREADABLE`
 */
export async function readPlan({ tree: listed, sums: form, stale }: Outline): Promise<Plan> {
  const tree = await measureTree(listed)
  const files = subjectsOfTree(tree)
  if (form === undefined) return { tree, subjects: files, sums: undefined, stale }
  const sums = formatSums(files)
  const list: Subject = { name: SUMS_NAME, digest: { sha256: hashBytes(sums) } }
  const rule = { ...tree.rule, checksums: SUMS_NAME }
  return { tree: { ...tree, rule }, subjects: form === 'all' ? [list] : [...files, list].sort(byName), sums, stale }
}

/** The statement of a plan. */
export function statementOf({ tree, subjects }: Plan, context: BuildContext): Statement {
  return makeStatement(subjects, SLSA_PROVENANCE, provenance(context, tree.rule))
}

/** Never over a file that the user's own build put there. */
function requireFree(directory: string, name: string, ours: readonly string[]): void {
  // Not followed: a link that leads nowhere is there, too.
  if (ours.includes(name) || lstatSync(join(directory, name), { throwIfNoEntry: false }) === undefined) return
  const fixed = [STATEMENT_NAME, SUMS_NAME].includes(name)
  throw new SealwaxError('FILE_EXISTS', `${join(directory, name)} is already there and was not written by sealwax`, {
    expected: 'a free place, or what an earlier signing left there',
    found: 'another file, which was left as it is',
    hint: `Keep that file out of the output folder, or ${fixed ? 'give it another name: this one is always ours' : 'choose another name with the option `bundle`'}.`,
  })
}

function byName(a: Subject, b: Subject): number {
  return a.name < b.name ? -1 : 1
}
