// The transparency log, version 1: entries that were verified, a Merkle tree (RFC 6962), checkpoints, signed entry timestamps.
// Version 2 (tiles) will be a service of its own.
export { LOG_NAME, makeLog } from './log.ts'
export { rekorService } from './service.ts'
