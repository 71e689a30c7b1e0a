// From flags to a sealer: opens the key (asking for its password) or finds the identity (asking for consent), and shows progress.
import type { Signer } from '@sealwax/core'
import type { CheckedSealer } from '@sealwax/core/session'
import { networkOf, type SigningOptions } from '../flags/signing.ts'
import type { Progress } from '../terminal/progress.ts'
import { printable, warn } from '../terminal/text.ts'
import { consent } from './consent.ts'
import { openWithPassword } from './password.ts'

/** What each step is called while a person waits. */
export const steps = {
  identity: 'asking who you are',
  certificate: 'asking for a certificate',
  sign: 'signing',
  log: 'writing to the transparency log',
  timestamp: 'asking for a timestamp',
  check: 'verifying what was made',
} as const

/** What one call of a signing verb needs beside its flags. */
export interface SigningContext {
  readonly progress: Progress
  /** Standard input holds the file to sign. */
  readonly stdinTaken: boolean
}

/** Opens the one sealer of this call: one password, one identity, one certificate for all files. */
export async function openSigning(
  options: SigningOptions,
  { progress, stdinTaken }: SigningContext,
): Promise<CheckedSealer> {
  const { createSealer } = await import('@sealwax/core/session')
  const signer = options.key === undefined ? undefined : await openKey(options.key, stdinTaken)
  return createSealer({
    ...(signer === undefined ? { algorithm: options.signingAlgorithm } : { signer }),
    identityToken: options.identityToken,
    trustedRoot: options.trustedRoot,
    signingConfig: options.signingConfig,
    staging: options.staging,
    ...networkOf(options),
    deadline: options.timeout,
    onStep: (step) => progress.step(steps[step]),
    onWarning: (words) => {
      progress.clear()
      warn(printable(words))
    },
    consent: async (publication) => {
      progress.clear()
      await consent(publication, options.yes === true)
    },
  })
}

async function openKey(reference: string, stdinTaken: boolean): Promise<Signer> {
  const { loadSigner } = await import('@sealwax/core')
  return openWithPassword({ what: reference, stdinTaken }, (password) =>
    loadSigner(reference, { password, env: process.env }),
  )
}
