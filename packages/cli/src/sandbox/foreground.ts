// A sandbox that ends with this call.
import { rmSync } from 'node:fs'
import { SealwaxError } from '@sealwax/core/errors'
import type { RequestRecord, Sandbox } from '@sealwax/sandbox'
import { note, onStdout, printable, say, table } from '../terminal/text.ts'
import { advice } from './advice.ts'
import { claimFolder } from './claim.ts'
import { openControl } from './control.ts'
import { makeDirectory } from './folder.ts'
import { faultsOf, type SandboxSettings } from './settings.ts'

/**
 * Runs until Ctrl-C, a signal, or `sealwax sandbox --stop`. Resolves to the exit code.
 * @throws FILE_EXISTS when one already runs in this folder
 */
export async function runInForeground(directory: string, settings: SandboxSettings): Promise<number> {
  makeDirectory(directory)
  const stopped = Promise.withResolvers<void>()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const
  // Once: a second Ctrl-C ends a shutdown that hangs.
  for (const signal of signals) process.once(signal, () => stopped.resolve())
  // Who asks before the sandbox is ready waits for it.
  const started = Promise.withResolvers<Sandbox>()
  const environment = async (): Promise<Readonly<Record<string, string>>> => (await started.promise).environment()
  const control = await openControl({ environment, settings, stop: () => stopped.resolve() })
  try {
    const claim = await claimFolder(directory, control.state)
    if (claim === undefined) throw taken(directory)
    try {
      const { startSandbox } = await import('@sealwax/sandbox')
      const sandbox = await startSandbox({
        directory,
        faults: faultsOf(settings),
        rekor: settings.rekor === '2' ? 2 : 1,
        onRequest: tellFault,
      })
      started.resolve(sandbox)
      describe(sandbox, settings)
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

/** A request that was hit, as a line; in the background it goes to sandbox.log. */
function tellFault({ fault, service, method, path, status }: RequestRecord): void {
  if (fault === undefined) return
  note(`${service}:${fault}  ${printable(`${method} ${path}`)}  ${status === 0 ? 'no answer' : `answered ${status}`}`)
}

function describe(sandbox: Sandbox, { faults, rekor }: SandboxSettings): void {
  const { urls, files } = sandbox
  say(
    onStdout('bold', 'A private Sigstore, on this machine only: what it signs means nothing elsewhere.'),
    '',
    ...table([
      ['certificates (Fulcio)', urls.fulcio],
      ['transparency log (Rekor v1)', urls.rekor],
      ['transparency log (Rekor v2)', urls.rekor2],
      ['timestamps (RFC 3161)', urls.timestamp],
      ['identities (OpenID Connect)', urls.issuer],
      ['trust repository (TUF)', urls.tuf],
      ['its first root', files.tufRoot],
      ['trusted root', files.trustedRoot],
      [`signing config (Rekor v${rekor})`, rekor === '2' ? files.signingConfigRekor2 : files.signingConfig],
      ['variables for a shell', files.env],
    ]),
    ...(faults.length === 0 ? [] : ['', onStdout('yellow', `Fails on purpose: ${faults.join(', ')}`)]),
    '',
    `Point another terminal at it:  ${advice('--background', sandbox.directory)}`,
    'Ctrl-C stops it.',
  )
}
