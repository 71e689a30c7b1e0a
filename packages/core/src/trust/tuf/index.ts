// Trust that is kept up to date: TUF repositories (The Update Framework, specification 1.0), their cache, and which trust counts
// when no file is named. A door of its own, because everything else in trust/ works without the network. Light: what downloads
// and what verifies metadata is loaded when there is some. Not here: reading trusted roots and signing configs (trust/).
// Precedence and staleness: .github/decisions/005-whose-trust.md.

import { once } from './once.ts'
import { loadSigningConfig, parseSigningConfig, type SigningConfig } from '../signing-config.ts'
import { loadTrustedRoot, parseTrustedRoot, type TrustedRoot } from '../trusted-root.ts'
import { SealwaxError } from '../../errors.ts'
import type { InitializedTrust, InitializeOptions } from './initialize.ts'
import type { Hidden } from './choice.ts'
import { findDocuments } from './find.ts'
import type { Variables } from './place.ts'

export type { InitializedTrust, InitializeOptions } from './initialize.ts'
export { repositories } from './repository.ts'

/** Whose trust counts. A file wins over everything, and then nothing else is looked at. */
export interface TrustOptions {
  /** A trusted root file. */
  readonly trustedRoot?: string | undefined
  /** A signing config file. */
  readonly signingConfig?: string | undefined
  /** The staging instance of the public Sigstore instead of what `initialize` chose. */
  readonly staging?: boolean | undefined
  /** Where the cache is looked for, and how the network is used. Default: `process.env`. */
  readonly env?: Variables | undefined
  /** Certificate authorities in PEM that are believed for TLS beside the platform's. */
  readonly caFile?: string | undefined
  /** Told, one line per call, when something about the trust is not as it should be. */
  readonly warn?: ((line: string) => void) | undefined
}

/** The documents of a repository as they were published there. */
export interface TrustDocuments {
  /** Where they come from, for people. */
  readonly origin: string
  readonly trustedRoot: string
  readonly signingConfig?: string | undefined
  /** The signing config with Rekor v2. */
  readonly signingConfigRekorV2?: string | undefined
}

/** Trust that has been chosen; each part is read when it is asked for. */
export interface ChosenTrust {
  /** @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `TRUST_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE` */
  trustedRoot(): Promise<TrustedRoot>
  /** @throws SealwaxError the same, and `SIGNING_CONFIG_INVALID` */
  signingConfig(): Promise<SigningConfig>
  /** The documents behind both when no file is named. @throws SealwaxError `TRUST_INVALID` */
  documents(): Promise<TrustDocuments>
}

/**
 * Chooses whom to trust: a named file; else the repository that `initializeTrust` chose, from its cache; else the public
 * Sigstore as this package carries it. What comes from a cache is verified from its TUF root on. The network is only used
 * for a cache that is older than a day (5 seconds at most, and quietly), or that cannot be used as it is.
 */
export function openTrust(options: TrustOptions = {}): ChosenTrust {
  const { trustedRoot, signingConfig, staging = false, env = process.env, caFile, warn = () => undefined } = options
  const look = once(() => findDocuments({ staging, env, caFile, warn }))
  const find = async (): Promise<TrustDocuments | undefined> => open(await look())
  return {
    trustedRoot: once(async () => {
      if (trustedRoot !== undefined) return loadTrustedRoot(trustedRoot)
      const seen = await look()
      // What is signed goes to whom the signer chose or to nobody; only signing has a signing config.
      const isPublic = seen !== undefined && 'hidden' in seen && signingConfig === undefined
      if (isPublic) warn(publicInstead(seen))
      const found = isPublic ? undefined : open(seen)
      return found === undefined ? loadTrustedRoot() : parseTrustedRoot(found.trustedRoot)
    }),
    signingConfig: once(async () => {
      if (signingConfig !== undefined) return loadSigningConfig(signingConfig)
      const found = await find()
      if (found === undefined) return loadSigningConfig()
      if (found.signingConfig !== undefined) return parseSigningConfig(found.signingConfig)
      throw new SealwaxError('SIGNING_CONFIG_INVALID', `${found.origin} says not which services to sign with`, {
        expected: 'signing_config.v0.2.json in that TUF repository',
        found: 'no such target',
        hint: 'name the services in a file: --signing-config signing_config.json',
      })
    }),
    documents: async () => (await find()) ?? (await import('./embedded.ts')).embeddedDocuments('public'),
  }
}

/** @throws SealwaxError `TRUST_INVALID` for a choice that is hidden */
function open(seen: TrustDocuments | Hidden | undefined): TrustDocuments | undefined {
  if (seen !== undefined && 'hidden' in seen) throw seen.hidden
  return seen
}

const publicInstead = ({ hidden: { message, found } }: Hidden): string =>
  `${message} (${found}): the public Sigstore is trusted as this version of sealwax knows it`

/**
 * Fetches the trust of a TUF repository, verifies it, keeps it in the cache, and makes it what counts from now on.
 * @throws SealwaxError `USAGE`, `FILE_UNWRITABLE` (no place for the cache), `TRUST_INVALID`, and every `SERVICE_` code
 */
export async function initializeTrust(options: InitializeOptions = {}): Promise<InitializedTrust> {
  return (await import('./initialize.ts')).initialize(options)
}
