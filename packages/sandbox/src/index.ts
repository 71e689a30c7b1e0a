// @sealwax/sandbox: a whole private Sigstore in one process, for development and tests. Not for production, and made so that nobody can
// take it for that. One folder per service: identity (OpenID Connect), fulcio (CA), rekor and rekor2 (logs), timestamp (RFC 3161), tuf
// (trust); ctlog.ts promises to log certificates; faults/ says how services misbehave; files/ writes what clients read. Imports nothing of
// the other packages: a second implementation, not a mirror.
export type { Fault, Faults, Lie, ServiceFault, ServiceName } from './faults/index.ts'
export type { RequestRecord } from './http/index.ts'
export type { EmailIdentity, GithubIdentity, GitlabIdentity, SandboxIdentity, TokenOptions } from './identity/index.ts'
export type { RekorVersion, SandboxFiles, SandboxUrls, Shell } from './files/index.ts'
export type { Sandbox, SandboxOptions } from './sandbox.ts'
export type { TrustRepository } from './tuf/index.ts'
export { addFault, faultTexts, parseFault } from './faults/index.ts'
export { shellExports, shellUnsets } from './files/index.ts'
export { shellVariables, startSandbox } from './sandbox.ts'
