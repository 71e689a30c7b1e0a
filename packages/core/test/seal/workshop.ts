import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, type SandboxIdentity, type SandboxOptions, startSandbox } from '@sealwax/sandbox'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'
import type { Bundle } from '../../src/bundle/index.ts'
import { SealwaxError } from '../../src/errors.ts'
import { findIdentity, type IdentityToken } from '../../src/identity/index.ts'
import type { Signer } from '../../src/keys/signing.ts'
import {
  openSealer,
  type Patience,
  type Sealer,
  type SealerOptions,
  type SignedContent,
  type SealStep,
} from '../../src/seal/index.ts'
import {
  loadSigningConfig,
  loadTrustedRoot,
  type SelectedServices,
  selectServices,
  type TrustedRoot,
} from '../../src/trust/index.ts'
import { type Artifact, contentArtifact, digestArtifact, type Evidence, verifyBundle } from '../../src/verify/index.ts'

/** A sandbox for a test file, and what a sealer needs to work with it. */
export interface Workshop {
  readonly sandbox: Sandbox
  readonly services: SelectedServices
  /** With the log of version 2 instead of that of version 1. */
  readonly services2: SelectedServices
  readonly trustedRoot: TrustedRoot
  readonly steps: SealStep[]
  identity(who?: SandboxIdentity): (patience?: Patience) => Promise<IdentityToken>
  keyless(more?: Partial<SealerOptions>): Sealer
  byKey(signer: Signer, more?: Partial<SealerOptions>): Sealer
  /** The requests since the last call, as `service method status`. */
  requests(): string[]
  /** Verifies without failures, as verifiers elsewhere will. */
  verify(bundle: Bundle, signed: SignedContent | undefined, signer?: Signer): Promise<Evidence>
}

// Real services, real waits between attempts, and a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

export function openWorkshop(options: Partial<SandboxOptions> = {}): Workshop {
  const now = options.now ?? ((): Date => new Date())
  const shared = { steps: [] as SealStep[] } as { -readonly [K in keyof Workshop]: Workshop[K] }
  let folder = ''
  let seen = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealwax-seal-'))
    shared.sandbox = await startSandbox({ directory: folder, ...options })
    shared.services = selectServices(await loadSigningConfig(shared.sandbox.files.signingConfig), now())
    shared.services2 = selectServices(await loadSigningConfig(shared.sandbox.files.signingConfigRekor2), now())
    shared.trustedRoot = await loadTrustedRoot(shared.sandbox.files.trustedRoot)
  })
  afterEach(() => {
    shared.sandbox.faults = {}
    shared.steps.length = 0
    shared.requests()
  })
  afterAll(async () => {
    await shared.sandbox.close()
    await rm(folder, { recursive: true, force: true })
  })

  shared.identity =
    (who = { kind: 'github' }) =>
    async (patience) => {
      const env = await shared.sandbox.environment(who)
      const fetchDeadline = Math.ceil(Math.min(3_000, patience?.remaining() ?? 3_000))
      const found = await findIdentity({ env, now: now(), fetchDeadline })
      if (found === undefined) throw new Error('the sandbox gave no identity')
      return found
    }
  const open = (more: Partial<SealerOptions>): Sealer =>
    openSealer({
      services: shared.services,
      trustedRoot: shared.trustedRoot,
      now,
      onStep: (step) => shared.steps.push(step),
      check: async (bundle, signed) => void (await shared.verify(bundle, signed, more.signer)),
      ...more,
    })
  shared.keyless = (more = {}) => open({ identity: shared.identity(), ...more })
  shared.byKey = (signer, more = {}) => open({ signer, ...more })
  shared.requests = () => {
    const all = shared.sandbox.requests.slice(seen)
    seen = shared.sandbox.requests.length
    return all.map(({ service, method, status }) => `${service} ${method} ${status}`)
  }
  shared.verify = async (bundle, signed, signer) => {
    const root = shared.trustedRoot
    const byKey = bundle.verificationMaterial.content.$case === 'publicKey'
    const trust = byKey ? { root, key: signer?.publicKey } : { root }
    const evidence = verifyBundle(bundle, await artifactOf(signed), trust, { now: now() })
    const [failure] = evidence.failures
    if (failure) throw new SealwaxError('BUNDLE_INVALID', failure.message, failure)
    return evidence
  }
  return shared
}

async function artifactOf(signed: SignedContent | undefined): Promise<Artifact | undefined> {
  if (signed === undefined) return undefined
  const { content, hash, digest } = signed
  return content === undefined ? digestArtifact(hash, digest) : contentArtifact(() => [content])
}
