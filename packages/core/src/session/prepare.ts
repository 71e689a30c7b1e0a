import { SealwaxError } from '../errors.ts'
import { buildContext, type GitFacts } from '../statement/signing.ts'
import { readGit } from './git.ts'
import { type CheckedSealer, createSealer, type SealHooks } from './sealer.ts'
import type { Settings } from './settings.ts'

/** Who will sign a build, ready to be asked. */
export interface Prepared {
  /** Absent in the mode `statement`. */
  readonly sealer: CheckedSealer | undefined
  /**
   * What git says of the sources of a folder. Where the build has a home, of that, and as it was at the beginning: when a
   * build is over, it may have changed some. Else of the repository that the folder lies in.
   */
  git(folder: string): Promise<GitFacts | undefined>
  /** Opens connections to the services, quietly. */
  warm(): void
}

/**
 * Opens what signing needs: the key (decrypting one takes a while), trust, the choice of services. No identity is asked for
 * yet: a certificate lives for ten minutes, and a build may take longer. `home`: the folder that is built, where it is known.
 * @throws SealwaxError `IDENTITY_MISSING`, every code of keys, trust and signing config
 */
export async function prepare(settings: Settings, home: string | undefined, hooks: SealHooks): Promise<Prepared> {
  const wantRemote = buildContext(settings.env).source === undefined
  const facts = home === undefined ? undefined : readGit(home, wantRemote)
  const git = (folder: string): Promise<GitFacts | undefined> => facts ?? readGit(folder, wantRemote)
  if (settings.mode === 'statement') return { sealer: undefined, git, warm: () => undefined }
  const { trustedRoot, signingConfig, staging, identityToken, env, transparency, caFile, timestampClient } = settings
  const network = { transparency, caFile, timestampClient }
  const key = settings.mode === 'keyless' ? undefined : settings.key
  if (settings.mode === 'key' && key === undefined)
    throw new SealwaxError('IDENTITY_MISSING', 'there is no key to sign with', {
      expected: 'a key named by the option `key`, or in SEALWAX_KEY or COSIGN_KEY',
      found: 'none',
      hint: 'no key is named: set the option `key`, SEALWAX_KEY or COSIGN_KEY (a file, or env://VARIABLE)',
    })
  const sealer = await createSealer({
    ...hooks,
    ...network,
    key,
    trustedRoot,
    signingConfig,
    staging,
    identityToken,
    env,
  })
  return { sealer, git, warm: () => sealer.warm() }
}
