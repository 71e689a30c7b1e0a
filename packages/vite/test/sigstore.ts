// A private Sigstore per test file, the environments of those who sign with it, and the verdict on what they signed.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildVerdict, defaultPolicy, encryptPrivateKey, keylessPolicy, Secret, verifyBuild } from '@sealwax/core'
import { type Sandbox, startSandbox } from '@sealwax/sandbox'
import { afterAll, beforeEach } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'sealwax-sigstore-'))

/** The services of this test file. */
export const sandbox: Sandbox = await startSandbox({ directory: folder })
beforeEach(() => {
  sandbox.faults = {}
})
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

const job = { kind: 'github', repository: 'acme/app', workflow: 'release.yml', ref: 'refs/heads/main' } as const

/** Who signs in that job, by the certificate's words. */
export const signerIdentity = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main'

/** The environment of a GitHub Actions job with `id-token: write`. */
export function ciJob(): Promise<Record<string, string>> {
  return sandbox.environment(job)
}

/** The identity token that such a job could also be given as text. */
export function identityToken(): Promise<string> {
  return sandbox.token(job)
}

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keyFile = join(folder, 'cosign.key')
writeFileSync(keyFile, await encryptPrivateKey(privateKey, new Secret('')))

/** The environment of somebody who signs with a key file, at the same services. */
export const keyHolder: Readonly<Record<string, string>> = {
  COSIGN_KEY: keyFile,
  COSIGN_PASSWORD: '',
  SEALWAX_TRUSTED_ROOT: sandbox.files.trustedRoot,
  SEALWAX_SIGNING_CONFIG: sandbox.files.signingConfig,
}

/** What a stranger who trusts these services and this workflow says of a folder. */
export function verdict(directory: string): Promise<BuildVerdict> {
  const issuer = { exact: 'https://token.actions.githubusercontent.com' }
  const policy = keylessPolicy({ issuer, subject: { exact: signerIdentity } })
  return verifyBuild(directory, { trustedRoot: sandbox.files.trustedRoot, policy, now: new Date() })
}

/** What a stranger who has the public key says of a folder. */
export function keyVerdict(directory: string): Promise<BuildVerdict> {
  const policy = defaultPolicy('key')
  return verifyBuild(directory, { trustedRoot: sandbox.files.trustedRoot, key: publicKey, policy, now: new Date() })
}

/** Counts what the services are asked for from now on. */
export function requestsTo(): () => { certificates: number; entries: number; timestamps: number } {
  const start = sandbox.requests.length
  const count = (service: string): number =>
    sandbox.requests.slice(start).filter((request) => request.service === service && request.method === 'POST').length
  return () => ({ certificates: count('fulcio'), entries: count('rekor'), timestamps: count('timestamp') })
}
