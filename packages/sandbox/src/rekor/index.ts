// The transparency log, version 1: entries that were verified, a Merkle tree (RFC 6962), checkpoints, signed entry timestamps.
// Version 2 is ../rekor2; it shares the tree and the checking of signatures with this one.
export { canonicalJson } from './canonical.ts'
export { LOG_NAME, makeLog } from './log.ts'
export { rekorService } from './service.ts'
export { hashLeaf, makeTree, spoilProof, type MerkleTree } from './tree.ts'
export { verifyDigest } from './verifier.ts'
