import type { KeyObject } from 'node:crypto'
import type { Bundle } from '../bundle/index.ts'
import { SealwaxError } from '../errors.ts'
import { learnIssuers } from '../fulcio/index.ts'
import { explainNoIdentity, findIdentity, type IdentityToken } from '../identity/index.ts'
import { algorithms } from '../keys/index.ts'
import { generateSigner, loadSigner, Secret, type Signer } from '../keys/signing.ts'
import {
  openSealer,
  type Patience,
  type Sealer,
  type SealerOptions,
  type SealStep,
  type SignedContent,
} from '../seal/index.ts'
import type { Environment } from '../statement/signing.ts'
import { type SelectedServices, selectServices, type Transparency, type TrustedRoot } from '../trust/index.ts'
import { type Network, openNetwork } from './client.ts'
import type { TimestampClientFiles } from './types.ts'
import { type ChosenTrust, openTrust } from '../trust/tuf/index.ts'
import { type Artifact, contentArtifact, digestArtifact, type Evidence, verifyBundle } from '../verify/index.ts'

/** Questions and limits that a signature may come with. */
export interface SealHooks {
  /** Asked for the password of an encrypted key. Default: the variable `COSIGN_PASSWORD`. */
  readonly password?: (() => Promise<Secret>) | undefined
  /** Called once, before anything that becomes public leaves this machine. Throws to stop it. */
  readonly consent?: ((what: Consent) => Promise<void>) | undefined
  readonly onStep?: ((step: SealStep) => void) | undefined
  /** Told, in words, what is odd and stops no signature. */
  readonly onWarning?: ((words: string) => void) | undefined
  /** Milliseconds for one whole signature. */
  readonly deadline?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What becomes public with a signature. */
export interface Consent {
  /** Whose name the certificate will carry; absent when signing by key. */
  readonly identity?: IdentityToken | undefined
  /** The URLs of the transparency logs, which keep what they are given for ever. */
  readonly logs: readonly string[]
}

/** What a sealer is made from. Neither `signer` nor `key`: keyless, as whoever the environment says. */
export interface SealerSetup extends SealHooks {
  /** A managed key that is already open. */
  readonly signer?: Signer | undefined
  /** The reference of a managed key. */
  readonly key?: string | undefined
  /** An identity token, or the file that holds it. */
  readonly identityToken?: string | undefined
  /** The algorithm of the keys made for keyless signing, by its name or cosign's. */
  readonly algorithm?: string | undefined
  readonly trustedRoot?: string | undefined
  readonly signingConfig?: string | undefined
  /** The staging instance of the public Sigstore, where no file is named. */
  readonly staging?: boolean | undefined
  /** Who witnesses the signatures; `log` by default. */
  readonly transparency?: Transparency | undefined
  /** Certificate authorities in PEM that are believed for TLS beside the platform's. */
  readonly caFile?: string | undefined
  /** PEM files for timestamp authorities that want a client certificate. */
  readonly timestampClient?: TimestampClientFiles | undefined
  readonly env?: Environment | undefined
}

/** A sealer that keeps what its own check of each bundle found. */
export interface CheckedSealer extends Sealer {
  readonly mode: 'key' | 'keyless'
  /**
   * Asks for the identity that the next certificate will be for, beside other work. Whatever is wrong with it is said when
   * it is needed. Without effect when somebody must consent first.
   */
  identify(): void
  /** The evidence of a bundle that this sealer made. */
  evidenceOf(bundle: Bundle): Evidence
}

/** See `createSealer` in index.ts. */
export async function createSealer(setup: SealerSetup): Promise<CheckedSealer> {
  const env = setup.env ?? process.env
  requireTelling(setup)
  const network = openNetwork({ caFile: setup.caFile, timestampClient: setup.timestampClient }, env)
  const chosen = openTrust({ ...setup, env, warn: setup.onWarning })
  const services = selectServices(await chosen.signingConfig(), new Date(), setup.transparency)
  const managed = setup.signer ?? (await openKey(setup, env))
  const trust = { root: await rootFor(managed, services, chosen), key: managed?.publicKey }
  const kept = new WeakMap<Bundle, Evidence>()
  const consent = once(setup.consent, services)
  const signer =
    managed === undefined ? keyless(setup, env, network, consent) : { signer: managed, identify: () => undefined }
  const sealer = openSealer({
    ...signer,
    ...(trust.root === undefined ? {} : { trustedRoot: trust.root }),
    ...given(setup),
    network,
    services,
    check: async (bundle, content) => {
      kept.set(bundle, await checkBundle(bundle, content, trust))
    },
  })
  const agreed = managed === undefined || services.logs.length === 0 ? async () => undefined : consent
  return {
    mode: managed === undefined ? 'keyless' : 'key',
    warm() {
      sealer.warm()
      const { certificateAuthorities = [], timestampAuthorities = [] } = trust.root ?? {}
      for (const authority of [...certificateAuthorities, ...timestampAuthorities]) learnIssuers(authority)
    },
    identify: () => signer.identify(),
    sealMessage: async (content) => agreed().then(() => sealer.sealMessage(content)),
    sealEnvelope: async (type, payload) => {
      // It may fail while a person is being asked.
      Promise.resolve(payload).catch(() => undefined)
      return agreed().then(() => sealer.sealEnvelope(type, payload))
    },
    evidenceOf(bundle) {
      const evidence = kept.get(bundle)
      if (evidence === undefined) throw new SealwaxError('USAGE', 'this sealer did not make that bundle')
      return evidence
    },
  }
}

/** @throws SealwaxError `USAGE` */
function requireTelling({ transparency, key, signer }: SealerSetup): void {
  if (transparency !== 'none' || key !== undefined || signer !== undefined) return
  throw new SealwaxError('USAGE', 'signing with an identity needs a witness: the transparency `none` is for keys', {
    expected: 'the transparency `log` or `timestamp`, or a key',
    found: 'the transparency `none` without a key',
    hint: 'a certificate lives for ten minutes, and nothing would show that it was valid when it signed',
  })
}

/** Consent is asked for once, however many signatures follow. */
function once(ask: SealHooks['consent'], services: SelectedServices): (identity?: IdentityToken) => Promise<void> {
  let answer: Promise<void> | undefined
  const logs = services.logs.map(({ url }) => url)
  return (identity) => (answer ??= ask === undefined ? Promise.resolve() : ask({ identity, logs }))
}

function keyless(
  setup: SealerSetup,
  env: Environment,
  network: Network,
  consent: (identity: IdentityToken) => Promise<void>,
): Pick<SealerOptions, 'identity' | 'signer'> & Pick<CheckedSealer, 'identify'> {
  const find = async (patience?: Patience): Promise<IdentityToken> => {
    const found = await findIdentity({
      token: setup.identityToken,
      env,
      now: new Date(),
      network,
      fetchDeadline: Math.ceil(Math.min(30_000, patience?.remaining() ?? setup.deadline ?? 30_000)),
      ...(setup.signal && { signal: setup.signal }),
    })
    if (found === undefined)
      throw new SealwaxError('IDENTITY_MISSING', 'there is nobody to sign as', {
        expected: 'a key, or an identity token from the environment',
        found: 'neither',
        hint: explainNoIdentity(env),
      })
    patience?.pause()
    try {
      await consent(found)
    } finally {
      patience?.resume()
    }
    return found
  }
  let early: Promise<IdentityToken> | undefined
  return {
    identify() {
      if (setup.consent === undefined) early ??= find()
      early?.catch(() => undefined)
    },
    identity(patience) {
      // For one certificate: the next one is for a token that is as young as it.
      const found = early ?? find(patience)
      early = undefined
      return found
    },
    ...ephemeral(setup),
  }
}

/** The key made for keyless signing, when an algorithm is asked for. */
function ephemeral({ algorithm }: SealerSetup): Pick<SealerOptions, 'signer'> {
  if (algorithm === undefined) return {}
  const row = algorithms.find(({ name, flag }) => name === algorithm || flag === algorithm)
  if (row !== undefined) return { signer: generateSigner(row) }
  throw new SealwaxError('USAGE', `there is no signing algorithm ${JSON.stringify(algorithm)}`, {
    expected: algorithms.map(({ flag }) => flag).join(', '),
    found: algorithm,
  })
}

async function openKey({ key, password }: SealerSetup, env: Environment): Promise<Signer | undefined> {
  if (key === undefined) return undefined
  const fromEnvironment = async (): Promise<Secret> => {
    const text = env['COSIGN_PASSWORD']
    if (text !== undefined) return new Secret(text)
    throw new SealwaxError('KEY_PASSWORD', 'the key is encrypted and there is no password for it', {
      expected: 'the password in the variable COSIGN_PASSWORD',
      found: 'no such variable',
      hint: 'set COSIGN_PASSWORD (empty for an empty password); in Turborepo also name it in passThroughEnv',
    })
  }
  return loadSigner(key, { password: password ?? fromEnvironment, env })
}

/** Signing by key without any service needs nobody's trust, and works without a trusted root. */
async function rootFor(
  managed: Signer | undefined,
  services: SelectedServices,
  chosen: ChosenTrust,
): Promise<TrustedRoot | undefined> {
  const alone = services.logs.length === 0 && services.timestampAuthorities.length === 0
  return managed !== undefined && alone ? undefined : chosen.trustedRoot()
}

function given({
  deadline,
  signal,
  onStep,
  onWarning,
}: SealerSetup): Pick<SealerOptions, 'deadline' | 'signal' | 'onStep' | 'onWarning'> {
  return {
    ...(deadline === undefined ? {} : { deadline }),
    ...(signal === undefined ? {} : { signal }),
    ...(onStep === undefined ? {} : { onStep }),
    ...(onWarning === undefined ? {} : { onWarning }),
  }
}

/** What verifiers will do with the bundle, done first. What they could not check would count for nothing there. */
async function checkBundle(
  bundle: Bundle,
  content: SignedContent | undefined,
  trust: { readonly root: TrustedRoot | undefined; readonly key: KeyObject | undefined },
): Promise<Evidence> {
  const artifact = content === undefined ? undefined : await artifactOf(content)
  const evidence = verifyBundle(bundle, artifact, trust, { now: new Date() })
  const problem = evidence.failures[0] ?? evidence.unknown[0]
  if (problem === undefined) return evidence
  throw new SealwaxError('SELF_CHECK_FAILED', problem.message, 'code' in problem ? problem : {})
}

async function artifactOf({ hash, digest, content }: SignedContent): Promise<Artifact> {
  return content === undefined ? digestArtifact(hash, digest) : contentArtifact(() => [content])
}
