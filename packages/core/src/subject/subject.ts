// What a name may be: a door of its own, because options are looked at before anything that reads files is loaded.
import { SealwaxError } from '../errors.ts'

/**
 * What a signature speaks of: a name and what its bytes hash to (in-toto ResourceDescriptor, the two fields used here).
 * Digests are lower-case hexadecimal, by algorithm ('sha256', 'sha384', 'sha512').
 */
export interface Subject {
  readonly name: string
  readonly digest: Readonly<Record<string, string>>
}

// A control character would let a name write lines of its own into a checksum file, a log or a terminal.
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

// With any extension too ("Naming Files, Paths, and Namespaces", Windows documentation).
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3]) *(?:\.|$)/i

/**
 * Refuses a file name that one system reads as another file than the next system does: absolute, `..`, and what is not
 * itself on Windows: a backslash (a folder), a colon (a drive, or a stream of another file), a device's name, a dot or space at the end
 * of a part (dropped). Also control characters and text that is not Unicode. Names that differ only in case are two names.
 * @returns the name
 * @throws SealwaxError `SUBJECT_INVALID`
 */
export function checkName(name: string): string {
  const problem = nameProblem(name)
  if (problem === undefined) return name
  throw new SealwaxError('SUBJECT_INVALID', `the file name ${JSON.stringify(name.slice(0, 200))} cannot be signed`, {
    expected: "a relative name with '/' between its parts, the same file on every system",
    found: problem,
    hint: 'Rename the file, or leave it out with `exclude`.',
  })
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'an empty name'
  if (name.length > 4096) return `${name.length} characters`
  if (control.test(name)) return 'a control character'
  // U+FFFD is what a decoder leaves where the name on disk was not UTF-8: two such files would share one name.
  if (!name.isWellFormed() || name.includes('\ufffd')) return 'characters that are not Unicode'
  if (name.includes('\\')) return 'a backslash'
  if (name.includes(':')) return 'a colon'
  if (name.startsWith('/')) return 'an absolute path'
  const parts = name.split('/')
  const part = parts.find((text) => text === '' || /[. ]$/.test(text))
  if (part !== undefined) return `the part ${JSON.stringify(part)}`
  const taken = parts.find((text) => device.test(text))
  return taken === undefined ? undefined : `${JSON.stringify(taken)}, a device on Windows`
}
