import { emailClaims, type EmailIdentity } from './email.ts'
import { GITHUB_ISSUER, githubClaims, type GithubIdentity } from './github.ts'
import { GITLAB_ISSUER, gitlabClaims, type GitlabIdentity } from './gitlab.ts'
import type { Claims } from './made-up.ts'

/** Who signs. */
export type SandboxIdentity = EmailIdentity | GithubIdentity | GitlabIdentity

/** Who says so, and what. */
export function claimsOf(
  identity: SandboxIdentity,
  sandboxIssuer: string,
): { readonly issuer: string; readonly claims: Claims } {
  switch (identity.kind) {
    case 'email':
      return { issuer: sandboxIssuer, claims: emailClaims(identity) }
    case 'github':
      return { issuer: GITHUB_ISSUER, claims: githubClaims(identity) }
    case 'gitlab':
      return { issuer: GITLAB_ISSUER, claims: gitlabClaims(identity) }
  }
}
