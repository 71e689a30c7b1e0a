import { judge, verifyBundle } from '@sealwax/core'
import type { Bundle } from '@sealwax/core'
import { examine, type Judged, reportVerdicts } from '../report/verdict.ts'
import type { VerifyBlobOptions } from '../verbs/verify-blob.ts'
import { demandOf } from './policy.ts'
import { bundlePathOf, openArtifact, readBundle } from './read.ts'

/** Verifies each file against its bundle and reports. @returns the exit code */
export async function verifyBlobs(files: readonly string[], options: VerifyBlobOptions): Promise<number> {
  const { policy, trust } = await demandOf(options)
  const all: Judged[] = []
  for (const file of files) {
    const path = bundlePathOf(file, options.bundle)
    const judged = await examine(async () => {
      const open = await openArtifact(file)
      const bundle = await readBundle(path, file)
      const artifact = await open(bundle)
      const evidence = verifyBundle(bundle, artifact, trust, { now: new Date() })
      return { evidence, verdict: onlySignatures(bundle, judge(evidence, policy)) }
    })
    all.push({ subject: file, bundle: path, ...judged })
  }
  return reportVerdicts(all, policy, options.output)
}

/**
 * An attestation says something about a file, perhaps that it is bad: it is not a signature of the file, although it is signed
 * and names it. cosign accepts one here.
 */
function onlySignatures(bundle: Bundle, verdict: Judged['verdict']): Judged['verdict'] {
  if (bundle.content.$case === 'messageSignature') return verdict
  const reason = {
    code: 'PREDICATE_TYPE',
    message: 'the bundle holds a statement about the file, not a signature of it',
    expected: 'a message signature',
    found: 'an attestation; verify it with "sealwax verify-blob-attestation --type …"',
  } as const
  return { ...verdict, ok: false, reasons: [reason, ...verdict.reasons] }
}
