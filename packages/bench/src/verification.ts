// What is asked of a bundle by us, in the bench's own process and in its threads.
import * as sealwax from '@sealwax/core'

export const issuer = 'https://token.actions.githubusercontent.com'
export const workflow = 'https://github.com/acme/storefront/.github/workflows/release.yml@refs/heads/main'
export const content: Buffer = Buffer.alloc(8192, 'what is signed ')

/** What a thread reads. */
export interface Kept {
  readonly bundles: readonly string[]
  readonly trustedRoot: string
}

/** Throws when the bundle is refused. */
export function oursOf(text: string, message: Buffer | undefined, trust: sealwax.Trust): () => void {
  const keyless = sealwax.keylessPolicy({ issuer: { exact: issuer }, subject: { exact: workflow } })
  const base = trust.key === undefined ? keyless : sealwax.defaultPolicy('key')
  const policy: sealwax.Policy = { ...base, times: 1, artifact: message === undefined ? 'optional' : 'required' }
  const now = new Date()
  return () => {
    const artifact = message && sealwax.contentArtifact(() => [message])
    const evidence = sealwax.verifyBundle(sealwax.parseBundle(text), artifact, trust, { now })
    const { ok, reasons } = sealwax.judge(evidence, policy)
    if (!ok) throw new Error(JSON.stringify(reasons))
  }
}
