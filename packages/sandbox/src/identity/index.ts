// Who signs: made-up people and CI jobs, their tokens (OpenID Connect) and the variables a CI system sets for them.
// What a token is worth is decided in ../fulcio.
export type { EmailIdentity } from './email.ts'
export { identityEnvironment } from './environment.ts'
export { GITHUB_ISSUER, type GithubIdentity } from './github.ts'
export { GITLAB_ISSUER, type GitlabIdentity } from './gitlab.ts'
export type { SandboxIdentity } from './identity.ts'
export type { Claims } from './made-up.ts'
export { makeMint, type Mint, type TokenOptions } from './mint.ts'
export { identityService, type IdentityService } from './service.ts'
