// The folder of a sandbox.
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { SealwaxError } from '@sealwax/core/errors'

/** The folder of this user's sandbox: never one that others can write to, for it says whom to trust. */
export function defaultDirectory(env: NodeJS.ProcessEnv = process.env): string {
  // A relative one is to be ignored (XDG Base Directory Specification 0.8), else each folder would have a sandbox of its own.
  const places = [env['XDG_STATE_HOME'], env['LOCALAPPDATA']]
  const base = places.find((place) => place !== undefined && isAbsolute(place)) ?? join(homedir(), '.local', 'state')
  return resolve(base, 'sealwax', 'sandbox')
}

/**
 * Makes the folder, unless it is there.
 * @throws FILE_UNWRITABLE
 */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new SealwaxError('FILE_UNWRITABLE', `the sandbox cannot keep its files in ${directory}`, {
      expected: 'a folder, or a place where one can be made',
      found: code === 'EEXIST' || code === 'ENOTDIR' ? 'a file' : message,
      hint: 'name another folder with --directory',
      cause: error,
    })
  }
}
