import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { checkName, type Subject } from './subject.ts'

/**
 * Subjects as a checksum file that `sha256sum --check` reads (GNU coreutils, "sha2 utilities"): digest, two spaces, name.
 * The format's escapes are never needed: names that would need them are refused.
 * @throws SealwaxError `SUBJECT_INVALID`
 */
export function formatSums(subjects: readonly Subject[]): string {
  return subjects.map(({ name, digest }) => `${digest['sha256']}  ${checkName(name)}\n`).join('')
}

/**
 * A checksum file's subjects. Reads what GNU coreutils writes, in text and binary mode, with LF or CRLF; refuses comments,
 * escapes, names that {@link checkName} refuses, and a name that comes twice.
 * @throws SealwaxError `SUBJECT_INVALID`, `INPUT_TOO_LARGE`
 */
export function parseSums(text: string): Subject[] {
  if (text.length > limits.sums)
    throw new SealwaxError('INPUT_TOO_LARGE', 'the checksum file is too large', {
      expected: `at most ${limits.sums} bytes`,
      found: `${text.length} characters`,
    })
  const lines = text.split('\n')
  const last = lines.pop()
  // A file cut off at a line's end looks whole; one cut off within a line is seen here.
  if (last !== '') throw invalid(lines.length + 1, 'no newline at the end')
  if (lines.length > limits.buildFiles) throw invalid(lines.length, `${lines.length} lines`)
  const names = new Set<string>()
  return lines.map((line, index) => {
    const [, sha256 = '', name = ''] = /^([0-9a-f]{64}) [ *]([^\r]+)\r?$/.exec(line) ?? []
    if (sha256 === '') throw invalid(index + 1, JSON.stringify(line.slice(0, 100)))
    if (names.has(checkName(name))) throw invalid(index + 1, `${name} for a second time`)
    names.add(name)
    return { name, digest: { sha256 } }
  })
}

function invalid(line: number, found: string): SealwaxError {
  return new SealwaxError('SUBJECT_INVALID', `line ${line} of the checksum file is not valid`, {
    expected: '64 hexadecimal digits, two spaces, a file name',
    found,
  })
}
