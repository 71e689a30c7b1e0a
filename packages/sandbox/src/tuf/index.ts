// The TUF repository: from one root.json a client learns, and keeps learning, what to trust. The Update Framework 1.0 with consistent
// snapshots: root, timestamp, snapshot, targets. Its targets are the trusted root and the signing config of ../files.
export { makeRepository, type TrustRepository } from './repository.ts'
export { tufService } from './service.ts'
