/** What our predicate's fields mean. Each is described on that page; a change of meaning gets a new number. */
export const BUILD_TYPE = 'https://github.com/sealwax/sealwax/blob/main/.github/build-types/bundle-v1.md'

/**
 * Which files of a folder the statement speaks of. It is part of what is signed, so that whoever verifies asks the same
 * question: are these all the files, and no others?
 */
export interface BuildRule {
  /** The name, in the folder, of the bundle that holds the statement. It cannot hold its own digest. */
  readonly bundle: string
  /** Whether files and folders whose name begins with a dot were looked at. */
  readonly dotfiles: boolean
  /** Names left out: files, or folders with all that is in them. Sorted. */
  readonly exclude: readonly string[]
  /** The checksum file written with the statement, itself a subject. Where it is the only one, its lines are the files. */
  readonly checksums?: string | undefined
}
