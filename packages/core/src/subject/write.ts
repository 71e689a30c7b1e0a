import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { SealwaxError } from '../errors.ts'
import { fileError } from './file-error.ts'

/** How a file is written. */
export interface WriteOptions {
  /** POSIX permission bits of a new file; without effect on Windows. Default 0o666, less the umask. */
  readonly mode?: number
  /** `false`: a file that is already there stays as it is, and the call throws. Default `true`. */
  readonly overwrite?: boolean
  /** `true`: on the disk before it has its name, so that it survives a power cut. For what cannot be made again: a key. */
  readonly flush?: boolean
}

/**
 * Writes a file whole or not at all: under a temporary name beside it, then renamed. Whoever reads `path` sees the old bytes
 * or the new ones, also when the process is killed half-way; with `flush` also when the machine stops.
 * @throws SealwaxError `FILE_EXISTS`, `FILE_UNWRITABLE`, `FILE_NOT_FOUND` (the folder)
 */
export function writeAtomically(path: string, bytes: string | Uint8Array, options: WriteOptions = {}): void {
  writeTogether([{ path, bytes }], options)
}

/** A file that is yet to be written. */
export interface NewFile {
  readonly path: string
  readonly bytes: string | Uint8Array
}

/**
 * Writes files that belong together, each as {@link writeAtomically} does. All are there under their temporary names
 * before the first one is renamed: a process that is killed in between leaves the others recognisable (and older files whole).
 * @throws SealwaxError `FILE_EXISTS`, `FILE_UNWRITABLE`, `FILE_NOT_FOUND` (the folder)
 */
export function writeTogether(files: readonly NewFile[], options: WriteOptions = {}): void {
  const staged = files.map(({ path, bytes }) => ({
    path,
    bytes,
    temporary: join(dirname(path), temporaryName(basename(path))),
  }))
  try {
    for (const { path, bytes, temporary } of staged) attempt(path, () => writeNew(temporary, bytes, options))
    for (const { path, temporary } of staged)
      attempt(path, () => (options.overwrite === false ? place(temporary, path) : renameSync(temporary, path)))
  } finally {
    for (const { temporary } of staged) rmSync(temporary, { force: true })
  }
  if (options.flush) for (const folder of new Set(staged.map(({ path }) => dirname(path)))) flushFolder(folder)
}

/**
 * Finds out whether {@link writeAtomically} will be able to write here, by beginning to: for what must not be begun when its
 * result cannot be kept.
 * @throws SealwaxError `FILE_UNWRITABLE`, `FILE_NOT_FOUND` (the folder)
 */
export function requireWritable(path: string): void {
  const temporary = join(dirname(path), temporaryName(basename(path)))
  attempt(path, () => closeSync(openSync(temporary, 'wx')))
  rmSync(temporary, { force: true })
}

function attempt(path: string, act: () => void): void {
  try {
    act()
  } catch (cause) {
    throw fileError(cause, 'write', path)
  }
}

/**
 * The name under which a file is being written. Visible as ours, so that what a killed process left behind can be told from
 * a user's file (see {@link isTemporaryName}), and random, so that nobody can lay a link there first.
 */
function temporaryName(name: string): string {
  return `.${name}.${randomBytes(6).toString('hex')}.sealwax-tmp`
}

/** Whether a file name is one under which {@link writeAtomically} writes `name`. */
export function isTemporaryName(candidate: string, name: string): boolean {
  return candidate.startsWith(`.${name}.`) && /^[0-9a-f]{12}\.sealwax-tmp$/.test(candidate.slice(name.length + 2))
}

function writeNew(path: string, bytes: string | Uint8Array, { mode = 0o666, flush = false }: WriteOptions): void {
  const file = openSync(path, 'wx', mode)
  try {
    writeFileSync(file, bytes)
    if (flush) fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

// A hard link is the one portable "rename unless it is there" that no other process can slip into.
function place(temporary: string, path: string): void {
  try {
    linkSync(temporary, path)
  } catch (cause) {
    if (existsSync(path))
      throw new SealwaxError('FILE_EXISTS', `${path} is already there`, {
        expected: 'a name that is free',
        found: 'a file, which was left as it is',
        hint: 'Choose another name, or agree to overwrite it.',
        cause,
      })
    // File systems without hard links (FAT, some network drives).
    renameSync(temporary, path)
  }
}

// The new name itself must survive a power cut. Windows cannot open a folder, and flushes names on its own.
function flushFolder(path: string): void {
  let folder: number | undefined
  try {
    folder = openSync(path, 'r')
    fsyncSync(folder)
  } catch {
    // The bytes are in place; only the durability of the name is the file system's own affair here.
  } finally {
    if (folder !== undefined) closeSync(folder)
  }
}
