import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import { sep } from 'node:path'
import { isSealwaxError, SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { fileError } from './file-error.ts'
import { checkName } from './subject.ts'

/** Which files of a folder count as its content. */
export interface FileRule {
  /** Whether names with a dot at the beginning of a part count. Upload actions drop them, so by default they do not. */
  readonly dotfiles: boolean
  /** Names, relative to the folder, that do not count: a file, or a folder with all that is in it. */
  readonly exclude: ReadonlySet<string>
  /** Names of what speaks for the folder, and so cannot be part of it: a link to one is refused. */
  readonly own?: ReadonlySet<string>
}

/** One file that counts. */
export interface TreeFile {
  /** Relative to the folder, with '/' between the parts on every system. */
  readonly name: string
  /** Where it is on this system. */
  readonly path: string
}

/** A folder's content under a rule. */
export interface Listing {
  /** Sorted by name, in the order of UTF-16 code units: the same on every system and in every locale. */
  readonly files: readonly TreeFile[]
  /** What the rule left out (a folder's name ends with '/'), sorted likewise. */
  readonly skipped: readonly string[]
}

/** Something in a folder that cannot be signed, and so cannot be as it was signed. */
export interface Refusal {
  readonly name: string
  readonly error: SealwaxError
}

interface Walk {
  readonly rule: FileRule
  readonly top: string
  /** Its real path, asked for when there is a link: most builds have none. */
  readonly real: () => string
  readonly files: TreeFile[]
  readonly skipped: string[]
  readonly refuse: (refusal: Refusal) => void
  seen: number
  links: number
}

/**
 * Every file below a folder that counts under a rule. A symbolic link is followed when it stays in the folder; one that
 * points out of it (or nowhere) is refused: what is signed must be what a copy of the folder holds.
 * @param refuse is told of what is refused, and the listing goes on without it. By default it throws the refusal's error.
 * @throws SealwaxError `SUBJECT_INVALID`, `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export function listFiles(root: string, rule: FileRule, refuse: (refusal: Refusal) => void = throwError): Listing {
  const top = once(() => realpathSync(root))
  const walk: Walk = { rule, top: root, real: top, files: [], skipped: [], refuse, seen: 0, links: 0 }
  visit(walk, root, '', [top])
  walk.files.sort(byName)
  return { files: walk.files, skipped: walk.skipped.sort() }
}

function throwError({ error }: Refusal): void {
  throw error
}

/** `ancestors`: the real paths of the folders that we are in, to see a link that leads back into one of them. */
function visit(walk: Walk, folder: string, prefix: string, ancestors: Ancestors): void {
  for (const entry of ask(folder, () => readdirSync(folder, { withFileTypes: true }))) {
    const name = prefix + entry.name
    if (walk.rule.exclude.has(name) || (entry.name.startsWith('.') && !walk.rule.dotfiles)) {
      walk.skipped.push(entry.isDirectory() ? `${name}/` : name)
      continue
    }
    // Folders count too: links may make few of them look like very many. This ends every listing, also one that goes on.
    if (++walk.seen > limits.buildFiles) throw refused(walk.top, `more than ${limits.buildFiles} files`)
    if (entry.isSymbolicLink() && ++walk.links > limits.buildLinks)
      throw refused(walk.top, `more than ${limits.buildLinks} links`)
    try {
      enter(walk, entry, checkName(name), folder + sep + entry.name, ancestors)
    } catch (error) {
      if (!isSealwaxError(error) || walk.seen > limits.buildFiles || walk.links > limits.buildLinks) throw error
      walk.refuse({ name, error })
    }
  }
}

/** Asked for only where there is a link: most folders have none. */
type Ancestors = readonly (() => string)[]

function once(find: () => string): () => string {
  let found: string | undefined
  return () => (found ??= find())
}

function enter(walk: Walk, entry: Dirent, name: string, path: string, ancestors: Ancestors): void {
  if (kindOf(walk, entry, name, path, ancestors) === 'file') walk.files.push({ name, path })
  else {
    const parent = ancestors.at(-1) ?? walk.real
    const real = once(() => (entry.isSymbolicLink() ? realpathSync(path) : parent() + sep + entry.name))
    visit(walk, path, `${name}/`, [...ancestors, real])
  }
}

function kindOf(walk: Walk, entry: Dirent, name: string, path: string, ancestors: Ancestors): 'file' | 'folder' {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'folder'
  if (!entry.isSymbolicLink()) throw refused(name, 'a device, a pipe or a socket')
  let target: string
  try {
    target = realpathSync(path)
  } catch {
    throw refused(name, 'a link to nothing')
  }
  if (ancestors.some((real) => real() === target)) throw refused(name, 'a link to a folder that it lies in')
  const top = walk.real() + sep
  if (!target.startsWith(top)) throw refused(name, 'a link that points out of the folder')
  if (walk.rule.own?.has(target.slice(top.length).split(sep).join('/')))
    throw refused(name, 'a link to the signature of the folder')
  const status = ask(path, () => statSync(target))
  if (status.isFile()) return 'file'
  if (status.isDirectory()) return 'folder'
  throw refused(name, 'a link to a device, a pipe or a socket')
}

function ask<T>(path: string, question: () => T): T {
  try {
    return question()
  } catch (cause) {
    throw fileError(cause, 'list', path)
  }
}

function byName(a: TreeFile, b: TreeFile): number {
  return a.name < b.name ? -1 : 1
}

function refused(name: string, found: string): SealwaxError {
  return new SealwaxError('SUBJECT_INVALID', `${JSON.stringify(name)} cannot be part of a signed folder`, {
    expected: 'files, folders, and links to them inside the folder',
    found,
    hint: 'Remove it, copy what it points to, or leave it out with `exclude`.',
  })
}
