// The sealed letter: reading, assembling and writing Sigstore bundles (sigstore_bundle.proto; media types of versions 0.1, 0.2
// and 0.3; cosign's format from before those is read too). Pure. Here: shape and bounds only. Not here: whether anything in a
// bundle is true (verify/), who made it (seal/).

export type { Bundle, TransparencyLogEntry } from '@sigstore/bundle'
export { envelopeBundle, type Material, messageBundle, type Witnesses } from './assemble.ts'
export { bundleVersion, latestMediaType } from './media-type.ts'
export { parseBundle } from './read.ts'
export { bundleJson } from './write.ts'
