// The first entry of each real log, cosign's. A first entry is unlike all others: its index is 0 and its proof is empty, and Go writes
// no field for either. So whoever signs later finds a log as it is in life.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { login, type Mint } from '../src/issuer.ts'
import { program } from '../src/peers.ts'
import type { Files } from '../src/trust.ts'

/** Paths. */
export interface First {
  readonly file: string
  readonly bundle: string
  readonly bundleRekor2: string
}

export async function putFirstEntries(folder: string, files: Files, mint: Mint): Promise<First> {
  const at = (name: string): string => join(folder, name)
  const first = { file: at('first.txt'), bundle: at('first.json'), bundleRekor2: at('first.rekor2.json') }
  writeFileSync(first.file, 'first')
  const sign = async (signingConfig: string, bundle: string): Promise<void> => {
    const trust = ['--trusted-root', files.trustedRoot, '--signing-config', signingConfig]
    const env = { HOME: folder, SIGSTORE_ID_TOKEN: mint.token('email', login) }
    await promisify(execFile)(program('cosign'), ['sign-blob', '--yes', ...trust, '--bundle', bundle, first.file], {
      env,
    })
  }
  await Promise.all([sign(files.signingConfig, first.bundle), sign(files.signingConfigRekor2, first.bundleRekor2)])
  return first
}
