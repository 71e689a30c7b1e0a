import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { messageReader, parseJson } from '../../encoding/index.ts'
import { isSealwaxError, SealwaxError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import { readBounded, writeAtomically } from '../../subject/index.ts'
import { type Anchor, mirrorAddress, type Repository } from './repository.ts'

const mediaType = 'application/vnd.sealwax.tuf-choice.v1+json'
const read = messageReader('TRUST_INVALID', 'the choice of trust')

/** The file that says which repository counts. */
export function choicePath(folder: string): string {
  return join(folder, 'current.json')
}

/** A choice that may have been made, where this user cannot look. */
export interface Hidden {
  readonly hidden: SealwaxError
}

/**
 * The repository that `initialize` chose; `undefined` when it chose none. A folder that this user may not even look into (a
 * container with another user's HOME) is hidden, unless a person has named that folder (`isNamed`).
 * @throws SealwaxError `TRUST_INVALID`: a choice was made and cannot be read, and no other may take its place
 */
export function readChoice(folder: string, isNamed: boolean): Repository | Hidden | undefined {
  const path = choicePath(folder)
  try {
    return parseChoice(readBounded(path, limits.trust))
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    if (error.code === 'FILE_NOT_FOUND') return undefined
    if (error.code === 'FILE_UNREADABLE') {
      const why = unreadable(path, error)
      if (isNamed || !isOutOfSight(path)) throw why
      return { hidden: why }
    }
    throw new SealwaxError('TRUST_INVALID', `${path}, which says whom to trust, is damaged`, {
      expected: error.expected,
      found: error.found ?? error.message,
      hint: 'run "sealwax initialize" again, or name whom to trust with --trusted-root',
      cause: error,
    })
  }
}

function unreadable(path: string, error: SealwaxError): SealwaxError {
  return new SealwaxError('TRUST_INVALID', `${path}, which says whom to trust, cannot be read`, {
    expected: error.expected,
    found: error.found ?? error.message,
    hint: `let this user read it; or name a folder of yours with SEALWAX_CACHE, instead of ${dirname(dirname(path))}`,
    cause: error,
  })
}

/** Whether the folder cannot be searched, or is none: so not even whether there is such a file can be seen. */
function isOutOfSight(path: string): boolean {
  try {
    lstatSync(path)
    return false
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return /^(EACCES|EPERM|ENOTDIR)$/.test(code)
  }
}

function parseChoice(bytes: Uint8Array): Repository {
  const choice = read.object(parseJson(bytes, 'the choice of trust', limits.trust), 'the file', [
    'mediaType',
    'mirror',
    'anchor',
    'root',
  ])
  if (choice['mediaType'] !== mediaType) throw read.fail('mediaType', mediaType, 'another')
  const known = { public: 'public', staging: 'staging', own: 'own' } as const
  const name = read.choice(choice['anchor'], 'anchor', known, {})
  if (name === undefined) throw read.fail('anchor', Object.keys(known).join(', '), 'another')
  const anchor: Anchor = name === 'own' ? { root: read.text(choice['root'], 'root') } : name
  return { mirror: mirrorAddress(read.text(choice['mirror'], 'mirror')), anchor }
}

/** Makes a repository the one that counts. @throws SealwaxError `FILE_UNWRITABLE` */
export function writeChoice(folder: string, { mirror, anchor }: Repository): void {
  const whose = typeof anchor === 'string' ? { anchor } : { anchor: 'own', root: anchor.root }
  writeAtomically(choicePath(folder), `${JSON.stringify({ mediaType, mirror, ...whose }, null, 2)}\n`, { mode: 0o600 })
}
