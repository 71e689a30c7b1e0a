// Where a bundle goes, and what is said about it.
import type { Bundle, Evidence } from '@sealwax/core'
import { signedLine } from '../report/evidence.ts'
import type { Progress } from '../terminal/progress.ts'
import { note, printable, say, toJson } from '../terminal/text.ts'
import type { Target } from './targets.ts'

/** One file, its bundle, and what the sealer's own check found in it. */
export interface Sealed {
  readonly target: Target
  readonly evidence: Evidence
}

/** Writes a bundle to its file (whole or not at all), or to standard output for `-`. */
export async function writeBundle(target: Target, bundle: Bundle, progress: Progress): Promise<void> {
  const { bundleJson, writeAtomically } = await import('@sealwax/core')
  const text = `${bundleJson(bundle)}\n`
  progress.clear()
  if (target.bundle === '-') process.stdout.write(text)
  else {
    writeAtomically(target.bundle, text)
    note(`Wrote bundle to file ${printable(target.bundle)}`)
  }
}

/** Prints what was signed: on stdout the bundles' paths (or JSON), on stderr who signed. */
export function reportSigning(all: readonly Sealed[], output: 'text' | 'json'): void {
  note(signedLine(all.map(({ evidence }) => evidence)))
  // A bundle on standard output is the result: nothing may be mixed into it.
  if (all.some(({ target }) => target.bundle === '-')) return
  if (output === 'text') say(...all.map(({ target }) => target.bundle))
  else say(toJson(all.map(resultOf), 2))
}

function resultOf({ target, evidence: { signer, entries, times } }: Sealed): Readonly<Record<string, unknown>> {
  return { ...target, signer, entries, times }
}
