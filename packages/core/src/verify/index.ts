// Bundle + trust + time -> Evidence: everything that a bundle shows, checked, as plain data (Sigstore client specification,
// section "Verification"). Pure and synchronous. A check that fails is in `failures`; it is not an exception.
// Not here: what is wanted (policy/). This door loads no code that signs. README.md lists every rule with its code and its test.

export { type Artifact, type ArtifactOptions, contentArtifact, digestArtifact } from './artifact.ts'
export type {
  Evidence,
  EvidenceEntry,
  EvidenceSigner,
  EvidenceTime,
  Failure,
  FailureCode,
  HashName,
} from './evidence.ts'
export { parseWitness, type WitnessKey } from '../rekor/index.ts'
export type { KeyPeriod } from './key-period.ts'
export { type Trust, verifyBundle, type VerifyOptions } from './verify.ts'
