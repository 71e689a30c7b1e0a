// Where both tools sign: the same services for both, in the same run.
import { missing } from '@sealwax/interop/peers'
import { startIssuer, workflowRun } from '@sealwax/interop/issuer'
import { parts, startRealSigstore } from '@sealwax/interop/real-sigstore'
import { startSandbox } from '@sealwax/sandbox'

export interface Services {
  readonly name: string
  /** What they consist of. */
  readonly parts: string
  readonly trustedRoot: string
  readonly signingConfig: string
  /** An identity token of a GitHub workflow. */
  token(): Promise<string>
  close(): Promise<void>
}

/** The services that the public Sigstore runs. `undefined` where they are not installed. */
export async function real(directory: string): Promise<Services | undefined> {
  if (missing(...parts).length > 0) return undefined
  const issuer = await startIssuer()
  const issuers = { email: issuer.url('email'), github: issuer.url('github') }
  const sigstore = await startRealSigstore(directory, issuers).catch(async (error: unknown) => {
    await issuer.close()
    throw error
  })
  return {
    name: 'real services',
    parts: 'Real Fulcio, CT log, Rekor v1 and timestamp authority on this machine.',
    trustedRoot: sigstore.trustedRoot,
    signingConfig: sigstore.signingConfig,
    token: async () => issuer.token('github', workflowRun),
    close: async () => {
      await sigstore.close()
      await issuer.close()
    },
  }
}

/** Our own services, in this process. */
export async function sandbox(directory: string): Promise<Services> {
  const started = await startSandbox({ directory })
  return {
    name: 'sandbox',
    parts: 'The sandbox, in the process of the bench.',
    trustedRoot: started.files.trustedRoot,
    signingConfig: started.files.signingConfig,
    token: () => started.token({ kind: 'github', repository: 'acme/storefront' }),
    close: () => started.close(),
  }
}
