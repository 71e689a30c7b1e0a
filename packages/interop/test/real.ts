// The real services that run once for all tests, and those who sign there. Other test files sign there at the same time.
import { inject } from 'vitest'
import { login, type Mint, openMint, workflowRun } from '../src/issuer.ts'
import type { Services } from './setup.ts'

/** @throws Error where they are not installed: ask {@link unavailable} first. */
export function realServices(): Services {
  const services = inject('services')
  if (services === undefined) throw new Error('a part of the real services is not installed')
  return services
}

/** Whether a part of them is not installed. */
export const unavailable: boolean = inject('services') === undefined

export interface Signer {
  /** An identity token. */
  readonly token: string
  /** Whom the certificate names. */
  readonly name: string
  readonly issuer: string
}

function mint(): Mint {
  const { origin, key } = realServices().issuer
  return openMint(origin, key)
}

export function person(): Signer {
  const issuer = 'https://accounts.google.com'
  return { token: mint().token('email', login), name: String(login['email']), issuer }
}

/** A run of the workflow in that file of GitHub's repository acme/storefront. */
export function workflow(file = 'release.yml'): Signer {
  const reference = `acme/storefront/.github/workflows/${file}@refs/heads/main`
  const run = { ...workflowRun, workflow_ref: reference, job_workflow_ref: reference }
  return { token: mint().token('github', run), name: `https://github.com/${reference}`, issuer: mint().url('github') }
}
