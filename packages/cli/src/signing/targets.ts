// Which bundle belongs to which file. cosign lets several files write to the same bundle, and the last one wins; here every file
// has its own, or nothing is signed.
import { resolve } from 'node:path'
import { SealwaxError } from '@sealwax/core/errors'

export interface Target {
  /** A path, `-` for standard input, or (when verifying) `sha256:<hex>`. */
  readonly file: string
  /** Where its bundle is; `-` is standard output. */
  readonly bundle: string
}

/** Where bundles are when --bundle does not say. */
export const bundleSuffix = '.sigstore.json'

/**
 * The bundle of each file: FILE.sigstore.json, or what `template` says, with `{}` standing for the file.
 * @throws USAGE when two files would share a bundle, or a bundle would overwrite a file
 */
export function targetsOf(files: readonly string[], template: string | undefined): Target[] {
  requireBundle(template)
  const targets = files.map((file) => ({ file, bundle: bundleOf(file, template) }))
  const inputs = new Set(files.map((file) => resolve(file)))
  const seen = new Set<string>()
  for (const { file, bundle } of targets) {
    const path = resolve(bundle)
    if (inputs.has(path) && bundle !== '-') throw overwrites(bundle)
    if (seen.has(path)) throw shared(file, bundle)
    seen.add(path)
  }
  return targets
}

/** A --bundle that names nothing is a variable of a script that is not set. @throws USAGE */
export function requireBundle(template: string | undefined): void {
  if (template !== '') return
  throw new SealwaxError('USAGE', '--bundle names no file', {
    expected: 'the name of a bundle',
    found: 'an empty text',
  })
}

function bundleOf(file: string, template: string | undefined): string {
  if (template !== undefined) return template.replaceAll('{}', () => file)
  return file === '-' ? '-' : file + bundleSuffix
}

function shared(file: string, bundle: string): SealwaxError {
  return new SealwaxError('USAGE', 'each file needs a bundle of its own', {
    expected: 'as many bundles as files',
    found: `${bundle} for ${file} and for another file`,
    hint: `leave --bundle out (FILE${bundleSuffix}), or let {} stand for the file: --bundle '{}.bundle'`,
  })
}

function overwrites(bundle: string): SealwaxError {
  return new SealwaxError('USAGE', `${bundle} is a file to sign and the bundle of another one`, {
    hint: 'leave the bundles of an earlier run out of the files, or name other bundles with --bundle',
  })
}
