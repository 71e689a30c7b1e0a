// The second door, for those who sign: putting an entry into a log, Rekor v1 (Rekor's openapi.yaml) or v2 (rekor-tiles).

export { createEntry, requireLoggableBy } from './create.ts'
export { type Verifier } from './v1/proposal.ts'
