// The transparency log: what an entry says and whether the log really said it (Rekor v1: signed entry timestamp, inclusion
// proof, checkpoint; Rekor v2: inclusion proof and checkpoint). RFC 6962 trees, C2SP signed-note checkpoints and the
// tlog-cosignatures of witnesses. Pure; what puts an entry into a log is behind signing.ts. Not here: which logs and witnesses are
// trusted (trust/), how many entries are wanted (policy/).

export { type LoggedBody, readBody } from './body.ts'
export { parseCheckpoint, verifyCheckpoint } from './checkpoint.ts'
export { type LoggedContent, type VerifiedEntry, verifyEntry } from './entry.ts'
export { leafHash, rootFromProof } from './proof.ts'
export { parseWitness, type WitnessKey } from './witness.ts'
