import { statSync } from 'node:fs'
import { SealwaxError } from '../errors.ts'
import { isInside } from './settings.ts'

/**
 * The folders to sign: each once, and those inside another one left to it. Those that the user named must all be there; of
 * those that a bundler wrote to, some may be gone, because frameworks move and remove what a bundler wrote.
 * @throws SealwaxError `FILE_NOT_FOUND`
 */
export function mergeRoots(directories: readonly string[], origin: 'named' | 'written'): string[] {
  const present = directories.filter((directory) => statSync(directory, { throwIfNoEntry: false })?.isDirectory())
  const outer = present.filter((one) => !present.some((other) => isInside(one, other)))
  if (outer.length > 0 && (origin === 'written' || present.length === directories.length))
    return [...new Set(outer)].sort()
  const gone = directories.filter((directory) => !present.includes(directory))
  throw new SealwaxError('FILE_NOT_FOUND', `there is no folder ${gone.join(', ') || 'to sign'}`, {
    expected: 'the folder that the build wrote to',
    found: 'nothing, or no folder',
    hint: 'Name the folder that is deployed (option `roots`).',
  })
}
