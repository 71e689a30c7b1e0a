import { isSealwaxError, SealwaxError } from '../errors.ts'

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EISDIR: 'a folder',
  ENOTDIR: 'a file where a folder should be',
  ENOSPC: 'no space left',
  EROFS: 'a read-only file system',
  ENOTREG: 'no regular file',
  EMFILE: 'too many open files',
}

/** The system's error as one of ours: which file, and what the system said. Errors that are already ours pass through. */
export function fileError(cause: unknown, act: 'read' | 'write' | 'list', path: string): Error {
  if (isSealwaxError(cause)) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined
  // An error without a system code was not made by the file system: it is a defect, or belongs to whoever consumed the bytes.
  if (code === undefined) return cause instanceof Error ? cause : new Error(String(cause))
  const missing = code === 'ENOENT'
  const kind = missing ? 'FILE_NOT_FOUND' : act === 'write' ? 'FILE_UNWRITABLE' : 'FILE_UNREADABLE'
  return new SealwaxError(kind, `cannot ${act} ${path}`, {
    expected: { read: 'a file', write: 'a place where a file can be written', list: 'a folder' }[act],
    found: missing ? 'nothing by that name' : (words[code] ?? code),
    cause,
  })
}
