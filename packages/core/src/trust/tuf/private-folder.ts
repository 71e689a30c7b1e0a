import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SealwaxError } from '../../errors.ts'

const hour = 3_600_000

/**
 * tuf-js writes what it knows into a folder as it goes, and trusts what it finds there. So it gets one of its own, which
 * holds only what was verified before, and whoever reads the cache never sees it at work.
 * @throws SealwaxError `FILE_UNWRITABLE`
 */
export function privateFolder(): string {
  sweep(tmpdir())
  try {
    return mkdtempSync(join(tmpdir(), 'sealwax-tuf-'))
  } catch (cause) {
    throw new SealwaxError('FILE_UNWRITABLE', `no temporary folder can be made in ${tmpdir()}`, {
      expected: 'a folder for what is being downloaded',
      found: cause instanceof Error && 'code' in cause ? String(cause.code) : 'none',
      hint: 'name one that can be written to with the variable TMPDIR (TEMP on Windows)',
      cause,
    })
  }
}

/** Removes what processes of this user that were killed have left behind. */
function sweep(folder: string): void {
  for (const name of namesIn(folder).filter((one) => /^sealwax-tuf-[A-Za-z0-9]{6}$/.test(one))) {
    try {
      const path = join(folder, name)
      const status = lstatSync(path)
      // Somebody else's could be exchanged for a link while it is being removed; a young one is in use.
      const isOwn = process.getuid === undefined || status.uid === process.getuid()
      if (isOwn && status.isDirectory() && Date.now() - status.mtimeMs > hour)
        rmSync(path, { recursive: true, force: true })
    } catch {
      // Not worth a word: it does no harm.
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
