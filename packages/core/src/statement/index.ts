// What is said: in-toto statements and their predicate types; what a build statement says of a folder. Pure, and so is what
// writes one, behind signing.ts.
// Not here: what it is said about (subject/), who says it and the envelope (seal/, bundle/).
// Specs: in-toto Statement v1 and v0.1, SLSA provenance v1, our own build type (.github/build-types/bundle-v1.md).

export { BUILD_TYPE, type BuildRule } from './build-type.ts'
export { predicateTypes, SLSA_PROVENANCE } from './predicates.ts'
export { parseStatement, PAYLOAD_TYPE, type Statement } from './statement.ts'
