// What can be known to fail is found out before anything is signed: a log entry whose bundle could not be written stays public
// for ever and is of no use to anybody.
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { SealwaxError } from '@sealwax/core/errors'
import type { Target } from './targets.ts'

/**
 * Begins to read each file.
 * @throws FILE_NOT_FOUND, FILE_UNREADABLE (also for what is no regular file)
 */
export async function checkInputs(files: readonly string[]): Promise<void> {
  const { fileChunks } = await import('@sealwax/core')
  for (const file of files) {
    if (file === '-') continue
    // Leaving the loop closes the file.
    for (const _piece of fileChunks(file)) break
  }
}

/**
 * Makes a file in each folder that a bundle goes to, as writing it will, and removes it again.
 * @throws FILE_NOT_FOUND for a folder that is not there, FILE_UNWRITABLE
 */
export function checkOutputs(targets: readonly Target[]): void {
  const bundles = targets.map(({ bundle }) => bundle).filter((bundle) => bundle !== '-')
  for (const bundle of bundles) {
    if (/[\\/]$/.test(bundle) || statSync(bundle, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw unwritable(bundle, 'a folder')
    }
  }
  const folders = new Map(bundles.map((bundle) => [dirname(bundle), bundle]))
  for (const [folder, bundle] of folders) tryFolder(folder, bundle)
}

function tryFolder(folder: string, bundle: string): void {
  const path = join(folder, `.${basename(bundle)}.${randomBytes(6).toString('hex')}.sealwax-tmp`)
  try {
    closeSync(openSync(path, 'wx'))
    rmSync(path)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an error'
    if (code !== 'ENOENT') throw unwritable(bundle, code, cause)
    throw new SealwaxError('FILE_NOT_FOUND', `there is no folder ${folder}`, {
      expected: `a folder for the bundle ${bundle}`,
      found: 'none; nothing was signed',
      cause,
    })
  }
}

function unwritable(bundle: string, found: string, cause?: unknown): SealwaxError {
  return new SealwaxError('FILE_UNWRITABLE', `the bundle ${bundle} cannot be written; nothing was signed`, {
    expected: 'a file name in a folder that can be written to',
    found,
    cause,
  })
}
