import { judge, verifyBundle } from '@sealwax/core'
import { SealwaxError } from '@sealwax/core/errors'
import { predicateTypeOf } from '../flags/predicate.ts'
import { examine, type Judged, reportVerdicts } from '../report/verdict.ts'
import type { VerifyAttestationOptions } from '../verbs/verify-blob-attestation.ts'
import { warn } from '../terminal/text.ts'
import { demandOf } from './policy.ts'
import { artifactOf, bundlePathOf, digestOf, readBundle } from './read.ts'

/** Verifies that a signed statement of the wanted type names each file, and reports. @returns the exit code */
export async function verifyAttestations(files: readonly string[], options: VerifyAttestationOptions): Promise<number> {
  const subjects = subjectsOf(files, options)
  const demand = await demandOf(options, await predicateTypeOf(options.type))
  const policy = options.checkClaims ? demand.policy : { ...demand.policy, artifact: 'optional' as const }
  if (!options.checkClaims) warn('--check-claims=false: no file was compared with what the statement says')
  const all: Judged[] = []
  for (const subject of subjects) {
    const path = bundlePathOf(subject, options.bundle)
    const judged = await examine(async () => {
      const artifact = options.checkClaims ? await artifactOf(subject) : undefined
      const evidence = verifyBundle(await readBundle(path, subject), artifact, demand.trust, { now: new Date() })
      return { evidence, verdict: judge(evidence, policy) }
    })
    all.push({ subject, bundle: path, ...judged })
  }
  return reportVerdicts(all, policy, options.output)
}

/** What must be named: files, or one digest. Without claims to check, the bundle alone. */
function subjectsOf(files: readonly string[], options: VerifyAttestationOptions): readonly string[] {
  if (files.length > 0) return files
  if (options.digest !== undefined) {
    const text = `${options.digestAlg ?? 'sha256'}:${options.digest}`
    if (digestOf(text) !== undefined) return [text]
    throw new SealwaxError('USAGE', '--digest and --digestAlg do not fit together', {
      expected: 'sha256, sha384 or sha512, and as many hexadecimal digits as it has',
      found: text,
    })
  }
  if (!options.checkClaims && options.bundle !== undefined) return [options.bundle]
  throw new SealwaxError('USAGE', 'name the file that the statement must speak of', {
    expected: 'a file, or --digest and --digestAlg, or --check-claims=false with --bundle',
  })
}
