import type { TrustDocuments } from './index.ts'
import type { KnownRoot } from './repository.ts'

const origins: Readonly<Record<KnownRoot, string>> = {
  public: 'the public Sigstore, as this version of sealwax carries it',
  staging: "the public Sigstore's staging instance, as this version of sealwax carries it",
}

/** The documents that this package carries. */
export async function embeddedDocuments(name: KnownRoot): Promise<TrustDocuments> {
  const [data, more] = await (name === 'public'
    ? Promise.all([import('../public/data.ts'), import('../public/tuf.ts')])
    : Promise.all([import('../staging/data.ts'), import('../staging/tuf.ts')]))
  return {
    origin: origins[name],
    trustedRoot: data.trustedRoot,
    signingConfig: data.signingConfig,
    signingConfigRekorV2: more.signingConfigRekorV2,
  }
}
