import { readFileSync } from 'node:fs'
import type { Bundle } from '@sigstore/bundle'
import { SigningConfig, TrustedRoot } from '@sigstore/protobuf-specs'
import { bundleBuilderFromSigningConfig } from '@sigstore/sign'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { expect, test } from 'vitest'
import type { Faults, Sandbox } from '../src/index.ts'
import { openSandbox } from './client.ts'
import { headOf, loggedTile } from './rekor2/proposal.ts'

// The judge is again the JavaScript Sigstore library, which is led to version 2 of the log by its signing config.

const data = Buffer.from('what was built')

async function sign(sandbox: Sandbox, bundleType: 'messageSignature' | 'dsseEnvelope'): Promise<Bundle> {
  const config: unknown = JSON.parse(readFileSync(sandbox.files.signingConfigRekor2, 'utf8'))
  const builder = bundleBuilderFromSigningConfig({
    signingConfig: SigningConfig.fromJSON(config),
    identityProvider: { getToken: () => sandbox.token({ kind: 'gitlab', project: 'acme/site' }) },
    bundleType,
    fetchOptions: { timeout: 30_000, retry: false },
  })
  return builder.create({ data, type: 'application/vnd.in-toto+json' })
}

/** By the log's proof and the authority's time: the second version of the log knows none. */
function verify(sandbox: Sandbox, bundle: Bundle, artifact?: Buffer): unknown {
  const trust = TrustedRoot.fromJSON(JSON.parse(readFileSync(sandbox.files.trustedRoot, 'utf8')))
  const verifier = new Verifier(toTrustMaterial(trust), { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 })
  return verifier.verify(toSignedEntity(bundle, artifact)).identity?.subjectAlternativeName
}

const NAME = 'https://gitlab.com/acme/site//.gitlab-ci.yml@refs/heads/main'

test('a blob verifies, and another does not', async () => {
  const sandbox = await openSandbox()
  const bundle = await sign(sandbox, 'messageSignature')
  expect(verify(sandbox, bundle, data)).toBe(NAME)
  expect(() => verify(sandbox, bundle, Buffer.from('something else'))).toThrow()
  expect(() => verify(sandbox, bundle)).toThrow()
})

test('envelopes as this library sends them are refused, as the public log refuses them', async () => {
  const sandbox = await openSandbox()
  await expect(sign(sandbox, 'dsseEnvelope')).rejects.toThrow('(400) invalid type, must be hashedrekord')
})

const LIES: readonly [Faults, code: string][] = [
  [{ rekor2: { lie: 'wrong-key' } }, 'TLOG_INCLUSION_PROOF_ERROR'],
  [{ rekor2: { lie: 'wrong-log-key' } }, 'TLOG_INCLUSION_PROOF_ERROR'],
  [{ rekor2: { lie: 'wrong-proof' } }, 'TLOG_INCLUSION_PROOF_ERROR'],
  [{ rekor2: { lie: 'bad-proof' } }, 'TLOG_INCLUSION_PROOF_ERROR'],
  [{ rekor2: { lie: 'wrong-entry' } }, 'TLOG_BODY_ERROR'],
]
test.for(LIES)('the lie %j ends in %s', async ([faults, code]) => {
  const sandbox = await openSandbox()
  await loggedTile(sandbox)
  sandbox.faults = faults
  const verdict = sign(sandbox, 'messageSignature').then((bundle) => verify(sandbox, bundle, data))
  await expect(verdict).rejects.toMatchObject({ code })
})

test('a split view verifies, for the log’s key signed it, but nobody else is shown that tree', async () => {
  const sandbox = await openSandbox()
  await loggedTile(sandbox)
  sandbox.faults = { rekor2: { lie: 'split-view', times: 1 } }
  const bundle = await sign(sandbox, 'messageSignature')
  expect(verify(sandbox, bundle, data)).toBe(NAME)
  const [entry] = bundle.verificationMaterial.tlogEntries
  const shown = headOf(entry?.inclusionProof?.checkpoint?.envelope ?? '')
  await loggedTile(sandbox)
  const response = await fetch(`${sandbox.urls.rekor2}/api/v2/checkpoint`)
  const seen = headOf(await response.text())
  expect(seen).toMatchObject({ origin: shown.origin, size: shown.size })
  expect(seen.root).not.toBe(shown.root)
})
