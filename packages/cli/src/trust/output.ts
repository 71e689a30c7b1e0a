import { note, printable } from '../terminal/text.ts'

/** Writes a made file where `--out` says, or to standard output. @throws FILE_UNWRITABLE, FILE_NOT_FOUND (the folder) */
export async function putOut(text: string, out: string | undefined, what: string): Promise<void> {
  if (out === undefined || out === '-') {
    process.stdout.write(text)
    return
  }
  const { writeAtomically } = await import('@sealwax/core')
  writeAtomically(out, text)
  note(`${what} written to ${printable(out)}`)
}
