import { isSealwaxError, SealwaxError } from '../errors.ts'
import { checkName } from '../subject/subject.ts'
import { STATEMENT_NAME } from './stale.ts'
import type { BuildOptions } from './types.ts'

/** The bundle's name when no other is chosen: not a dot-file, because upload actions drop those. */
export const DEFAULT_BUNDLE = 'attestation.sigstore.json'

/**
 * The bundle's name: a JSON file at the top of the folder, as no system reads it otherwise, and not the name of another file
 * of ours.
 * @throws SealwaxError `USAGE`
 */
export function readBundleName({ bundle = DEFAULT_BUNDLE }: BuildOptions): string {
  if (!/^[^/\\:.][^/\\:]*\.json$/.test(bundle))
    throw unusable(
      'bundle',
      "a file name that ends in '.json', without folders, colons or a dot at the start",
      shown(bundle),
    )
  // Where case makes no difference, it would be the same file.
  if (bundle.toLowerCase() === STATEMENT_NAME)
    throw unusable('bundle', `another name than that of the unsigned statement, ${STATEMENT_NAME}`, shown(bundle))
  return usableName('bundle', bundle)
}

/**
 * The names to leave out, sorted; a folder's may end with '/'.
 * @throws SealwaxError `USAGE`
 */
export function readExclude({ exclude = [] }: BuildOptions): string[] {
  return exclude.map((name) => usableName('exclude', name.replace(/\/$/, ''))).sort()
}

/** Said before the build, where it can be put right, and not when all is written. */
function usableName(option: string, name: string): string {
  try {
    return checkName(name)
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    throw unusable(option, error.expected ?? 'a file name', `${shown(name)}: ${error.found}`)
  }
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100))
}

function unusable(option: string, expected: string, found: string): SealwaxError {
  return new SealwaxError('USAGE', `the option \`${option}\` is not usable`, { expected, found })
}
