import { SealwaxError } from '../errors.ts'
import { listFiles, type Measured, measureSteps, type Subject, type TreeFile } from '../subject/index.ts'
import type { BuildRule } from '../statement/index.ts'
import { fileRule } from './rule.ts'

/** The files of a folder that count under its rule. */
export interface ListedTree {
  readonly directory: string
  readonly rule: BuildRule
  readonly files: readonly TreeFile[]
}

/** A folder as it was when it was hashed. */
export interface MeasuredTree {
  readonly directory: string
  readonly rule: BuildRule
  readonly files: ReadonlyMap<string, Measured>
}

/**
 * Lists what there is to sign in a folder. `ignore`: names of our own that are about to be replaced.
 * @throws SealwaxError `SUBJECT_INVALID`, `FILE_UNREADABLE`
 */
export function listTree(directory: string, rule: BuildRule, ignore: readonly string[]): ListedTree {
  const listing = listFiles(directory, fileRule(rule, [rule.bundle, ...ignore]))
  if (listing.files.length > 0) return { directory, rule, files: listing.files }
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

/** Milliseconds of hashing after which the answers of services get their turn. */
const SLICE = 4

/**
 * Hashes the files, and lets the process breathe meanwhile: the certificate is on its way.
 * @throws SealwaxError `FILE_UNREADABLE`
 */
export async function measureTree({ directory, rule, files }: ListedTree): Promise<MeasuredTree> {
  const measured = new Map<string, Measured>()
  let last = 0
  const breathe = async (): Promise<void> => {
    if (performance.now() - last <= SLICE) return
    await new Promise((resolve) => setImmediate(resolve))
    last = performance.now()
  }
  for (const { name, path } of files) {
    const steps = measureSteps(path)
    let step
    do {
      await breathe()
      step = steps.next()
    } while (!step.done)
    measured.set(name, step.value)
  }
  return { directory, rule, files: measured }
}

/** The files of a folder as subjects, in the order of their names. */
export function subjectsOfTree({ files }: MeasuredTree): Subject[] {
  return [...files].map(([name, { digest }]) => ({ name, digest: { sha256: digest } }))
}
