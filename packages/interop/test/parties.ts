// Who signs in these tests, in which of both directions, and how each of both is asked whether it holds.
import type { SandboxIdentity } from '@sealwax/sandbox'
import type { Tool } from './command.ts'
import type { Kind } from './keys.ts'

export const directions: readonly (readonly [signer: Tool, verifier: Tool])[] = [
  ['sealwax', 'cosign'],
  ['cosign', 'sealwax'],
]

export interface Party {
  readonly identity: SandboxIdentity
  readonly name: string
  readonly issuer: string
}

export const person: Party = {
  identity: { kind: 'email', email: 'jane@acme.example', issuer: 'google' },
  name: 'jane@acme.example',
  issuer: 'https://accounts.google.com',
}

export const workflow: Party = {
  identity: { kind: 'github', repository: 'acme/app', workflow: 'release.yml', ref: 'refs/heads/main' },
  name: 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
}

const pipeline: Party = {
  identity: { kind: 'gitlab', project: 'acme/site', ref: 'refs/tags/v1' },
  name: 'https://gitlab.com/acme/site//.gitlab-ci.yml@refs/tags/v1',
  issuer: 'https://gitlab.com',
}

export const parties: readonly (readonly [kind: string, Party])[] = [
  ['a person', person],
  ['a GitHub workflow', workflow],
  ['a GitLab pipeline', pipeline],
]

/** The flags that demand this signer. */
export function from({ name, issuer }: Pick<Party, 'name' | 'issuer'>): string[] {
  return ['--certificate-identity', name, '--certificate-oidc-issuer', issuer]
}

/** cosign has to be told the hash of these curves, even for its own signatures; sealwax takes it from the key. */
export function hashFlag(tool: Tool, kind: Kind): string[] {
  const hash = kind === 'P-384' ? 'sha384' : kind === 'P-521' ? 'sha512' : undefined
  return tool === 'cosign' && hash !== undefined ? ['--signature-digest-algorithm', hash] : []
}
