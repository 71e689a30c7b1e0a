// @sealwax/sandbox: a whole private Sigstore in one process, for development and tests. Not for production, and made so that nobody can
// take it for that. One folder per service: identity (OpenID Connect), fulcio (CA), rekor (log), timestamp (RFC 3161); ctlog.ts promises
// to log certificates; files/ writes what clients read. Imports nothing of the other packages: a second implementation, not a mirror.
export type { Fault, Faults, Lie, ServiceName } from './faults.ts'
export type { RequestRecord } from './http/index.ts'
export type { EmailIdentity, GithubIdentity, GitlabIdentity, SandboxIdentity, TokenOptions } from './identity/index.ts'
export type { SandboxFiles, SandboxUrls, Shell } from './files/index.ts'
export type { Sandbox, SandboxOptions } from './sandbox.ts'
export { shellExports, shellUnsets } from './files/index.ts'
export { shellVariables, startSandbox } from './sandbox.ts'
