// The second door, for those who sign: writing a statement, and the SLSA provenance of a build from what its environment tells.

export { buildContext } from './context.ts'
export type { BuildContext, Environment, GitFacts } from './facts.ts'
export { provenance, type SlsaProvenanceV1 } from './provenance.ts'
export { makeStatement, statementBytes } from './write.ts'
