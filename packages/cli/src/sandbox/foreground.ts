// A sandbox that ends with this call.
import { rmSync } from 'node:fs'
import { SealwaxError } from '@sealwax/core/errors'
import type { Sandbox } from '@sealwax/sandbox'
import { onStdout, say, table } from '../terminal/text.ts'
import { advice } from './advice.ts'
import { claimFolder } from './claim.ts'
import { openControl } from './control.ts'
import { makeDirectory } from './folder.ts'

/**
 * Runs until Ctrl-C, a signal, or `sealwax sandbox --stop`. Resolves to the exit code.
 * @throws FILE_EXISTS when one already runs in this folder
 */
export async function runInForeground(directory: string): Promise<number> {
  makeDirectory(directory)
  const stopped = Promise.withResolvers<void>()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const
  // Once: a second Ctrl-C ends a shutdown that hangs.
  for (const signal of signals) process.once(signal, () => stopped.resolve())
  // Who asks before the sandbox is ready waits for it.
  const started = Promise.withResolvers<Sandbox>()
  const environment = async (): Promise<Readonly<Record<string, string>>> => (await started.promise).environment()
  const control = await openControl({ environment, stop: () => stopped.resolve() })
  try {
    const claim = await claimFolder(directory, control.state)
    if (claim === undefined) throw taken(directory)
    try {
      const { startSandbox } = await import('@sealwax/sandbox')
      const sandbox = await startSandbox({ directory })
      started.resolve(sandbox)
      describe(sandbox)
      await stopped.promise
      await sandbox.close()
    } finally {
      rmSync(claim.path, { force: true })
    }
  } finally {
    control.close()
  }
  say('', 'The sandbox has stopped.')
  return 0
}

function taken(directory: string): SealwaxError {
  return new SealwaxError('FILE_EXISTS', `a sandbox already runs in ${directory}`, {
    hint: `use it: ${advice('--background', directory)}`,
  })
}

function describe(sandbox: Sandbox): void {
  const { urls, files } = sandbox
  say(
    onStdout('bold', 'A private Sigstore, on this machine only: what it signs means nothing elsewhere.'),
    '',
    ...table([
      ['certificates (Fulcio)', urls.fulcio],
      ['transparency log (Rekor)', urls.rekor],
      ['timestamps (RFC 3161)', urls.timestamp],
      ['identities (OpenID Connect)', urls.issuer],
      ['trusted root', files.trustedRoot],
      ['signing config', files.signingConfig],
      ['variables for a shell', files.env],
    ]),
    '',
    `Point another terminal at it:  ${advice('--background', sandbox.directory)}`,
    'Ctrl-C stops it.',
  )
}
