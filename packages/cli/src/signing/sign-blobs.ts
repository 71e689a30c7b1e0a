import type { OutputOptions } from '../flags/output.ts'
import type { SigningOptions } from '../flags/signing.ts'
import { openProgress } from '../terminal/progress.ts'
import { contentOf } from './content.ts'
import { openSigning } from './open.ts'
import { inParallel } from './parallel.ts'
import { checkInputs, checkOutputs } from './places.ts'
import { targetsOf } from './targets.ts'
import { reportSigning, writeBundle } from './write.ts'

/** Signatures under way at once: enough to hide the services' latency, few enough for the public log's rate limit. */
export const width = 8

/** Signs each file with one sealer, writes the bundles and reports. @throws whatever stopped it; bundles already written stay */
export async function signBlobs(
  files: readonly string[],
  options: SigningOptions & OutputOptions & { readonly bundle?: string },
): Promise<void> {
  const targets = targetsOf(files, options.bundle)
  await checkInputs(files)
  checkOutputs(targets)
  const progress = openProgress()
  try {
    const sealer = await openSigning(options, { progress, stdinTaken: files.includes('-') })
    const all = await inParallel(targets, width, async (target) => {
      const bundle = await sealer.sealMessage(await contentOf(target.file))
      await writeBundle(target, bundle, progress)
      return { target, evidence: sealer.evidenceOf(bundle) }
    })
    reportSigning(all, options.output)
  } finally {
    progress.clear()
  }
}
