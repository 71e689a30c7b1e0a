import { SealwaxError } from '../errors.ts'
import { listFiles, type Measured, measureFile, type Subject } from '../subject/index.ts'
import type { BuildRule } from '../statement/index.ts'
import { fileRule } from './rule.ts'

/** A folder as it was when it was hashed. */
export interface MeasuredTree {
  readonly directory: string
  readonly rule: BuildRule
  readonly files: ReadonlyMap<string, Measured>
}

/**
 * Hashes every file of a folder that counts under the rule. `ignore`: names of our own that are about to be replaced.
 * @throws SealwaxError `SUBJECT_INVALID`, `FILE_UNREADABLE`
 */
export function measureTree(directory: string, rule: BuildRule, ignore: readonly string[]): MeasuredTree {
  const files = new Map<string, Measured>()
  const listing = listFiles(directory, fileRule(rule, [rule.bundle, ...ignore]))
  for (const { name, path } of listing.files) files.set(name, measureFile(path))
  if (files.size > 0) return { directory, rule, files }
  const isDot = (name: string): boolean => /(?:^|\/)\.[^/]*\/?$/.test(name)
  const excluded = listing.skipped.filter((name) => rule.exclude.includes(name.replace(/\/$/, '')))
  throw new SealwaxError('SUBJECT_INVALID', `there is nothing to sign in ${directory}`, {
    expected: 'at least one file',
    found:
      excluded.length === 0
        ? 'none that counts'
        : `only what \`exclude\` leaves out: ${excluded.slice(0, 8).join(' ')}`,
    hint:
      !rule.dotfiles && listing.skipped.some(isDot)
        ? 'Files and folders whose name begins with a dot do not count unless `dotfiles` says so.'
        : undefined,
  })
}

/** The files of a folder as subjects, in the order of their names. */
export function subjectsOfTree({ files }: MeasuredTree): Subject[] {
  return [...files].map(([name, { digest }]) => ({ name, digest: { sha256: digest } }))
}
