import type { BuildReport, SignBuildOptions as SessionOptions } from '@sealwax/core/session'
import { SealwaxError } from '@sealwax/core/errors'
import { count } from '../report/evidence.ts'
import { openProgress } from '../terminal/progress.ts'
import { note, printable, say, toJson, warn } from '../terminal/text.ts'
import type { SignBuildOptions } from '../verbs/sign-build.ts'
import { networkOf } from '../flags/signing.ts'
import { consent } from './consent.ts'
import { steps } from './open.ts'
import { openWithPassword } from './password.ts'
import { requireBundle } from './targets.ts'

/** Signs folders through the session room, as a bundler plugin would, and reports. */
export async function signFolders(folders: readonly string[], options: SignBuildOptions): Promise<void> {
  const { signBuild } = await import('@sealwax/core/session')
  checkName(options.bundle)
  const progress = openProgress()
  const aside = (write: (line: string) => void) => (line: string) => {
    progress.clear()
    write(printable(line))
  }
  progress.step('reading files')
  const ask = { what: options.key ?? 'private key' }
  try {
    const report = await openWithPassword(ask, (password) =>
      signBuild(folders, {
        ...settingsOf(options),
        log: { info: aside(note), warn: aside(warn), error: aside(warn) },
        onStep: (step) => progress.step(steps[step]),
        onWarning: aside(warn),
        password: () => {
          progress.clear()
          return password()
        },
        consent: async (publication) => {
          progress.clear()
          await consent(publication, options.yes === true)
        },
      }),
    )
    progress.clear()
    reportBuild(report, options.output)
  } finally {
    progress.clear()
  }
}

function settingsOf(options: SignBuildOptions): SessionOptions {
  const {
    required,
    timeout,
    mode,
    key,
    identityToken,
    bundle,
    dotfiles,
    exclude,
    trustedRoot,
    signingConfig,
    staging,
  } = options
  const given = {
    mode,
    key,
    identityToken,
    bundle,
    dotfiles,
    exclude,
    trustedRoot,
    signingConfig,
    staging,
    deadline: timeout,
  }
  // The variables are read (flags/environment.ts); a key that --identity-token has overruled must not come back through them.
  const env = { ...process.env, SEALWAX_KEY: undefined, COSIGN_KEY: undefined }
  const decided = required === undefined || required === 'auto' ? required : required === 'true'
  return { ...given, ...networkOf(options), env, required: decided }
}

/** The bundle lies in each folder, where verify-build and every other reader look for it. @throws USAGE */
function checkName(bundle: string | undefined): void {
  requireBundle(bundle)
  if (bundle === undefined || !/[/\\]/.test(bundle)) return
  throw new SealwaxError('USAGE', '--bundle is only a name here: the bundle is written into the folder', {
    expected: 'a name like attestation.sigstore.json, without a path',
    found: bundle,
  })
}

function reportBuild(report: BuildReport | undefined, output: 'text' | 'json'): void {
  if (output === 'json') say(toJson(report === undefined ? { signed: false } : { signed: true, ...report }, 2))
  if (report === undefined || output === 'json') return
  const files = report.roots.reduce((sum, root) => sum + root.files, 0)
  const entries = report.entries.map(({ index, log }) => `, log entry ${index} in ${log}`).join('')
  note(`${count(files, 'file')} ${signerOf(report)}${printable(entries)}`)
  say(...report.roots.map(({ bundle, statement, directory }) => bundle ?? statement ?? directory))
}

function signerOf({ signer }: BuildReport): string {
  if (signer === undefined) return 'named in an unsigned statement'
  if (signer.kind === 'key') return `signed by the key ${signer.hint}`
  return `signed by ${printable(signer.identity)} (${printable(signer.issuer ?? 'no issuer')})`
}
