// Good bundles, from which the mutants are made: recorded ones of ours, and real ones among the vectors of other packages.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { openTrust } from '@sealwax/core'
import * as recorded from './recorded.ts'

/** One good bundle, and all that a verifier must be told to accept it. */
export interface Seed {
  readonly name: string
  readonly bundle: string
  /** Not for those of which only the digest is known. */
  readonly artifact?: Buffer
  /** The name of the hash, a colon, and the hexadecimal digest. */
  readonly digest: `${'sha256' | 'sha512'}:${string}`
  /** A file. */
  readonly trustedRoot: string
  readonly signer: { readonly key: string } | { readonly subject: string; readonly issuer: string }
}

const packages = join(import.meta.dirname, '..', '..', '..')
const cases = join(packages, 'conformance', 'vectors', 'sigstore-conformance', 'assets', 'bundle-verify')
const issuer = 'https://token.actions.githubusercontent.com'
const beacon =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main'

/** All seeds, always in the same order. `work` is a folder for the public Sigstore's trusted root. */
export async function openSeeds(work: string): Promise<readonly Seed[]> {
  const publicRoot = join(work, 'public-trusted-root.json')
  writeFileSync(publicRoot, (await openTrust({ env: {} }).documents()).trustedRoot)
  return [...recordedSeeds(), ...conformanceSeeds(publicRoot), ...npmSeeds(publicRoot)]
}

function recordedSeeds(): Seed[] {
  const { key, bundles } = JSON.parse(readFileSync(join(recorded.folder, 'bundles.json'), 'utf8')) as recorded.Recorded
  return Object.entries(bundles).map(([name, bundle]) => ({
    name,
    bundle: JSON.stringify(bundle),
    artifact: Buffer.from(recorded.artifact),
    digest: `sha256:${recorded.digest}`,
    trustedRoot: join(recorded.folder, 'trusted_root.json'),
    signer: name.includes('-key-') ? { key } : recorded.identity,
  }))
}

/** The cases of the public conformance suite that are to be accepted. */
function conformanceSeeds(publicRoot: string): Seed[] {
  const names = readdirSync(cases, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith('_fail'))
    .map(({ name }) => name)
  return names.toSorted().map((name) => {
    const own = (file: string): string | undefined => [join(cases, name, file)].find((path) => existsSync(path))
    const key = own('key.pub')
    const artifact = readFileSync(own('artifact') ?? join(cases, 'a.txt'))
    return {
      name: `conformance-${name}`,
      bundle: readFileSync(join(cases, name, 'bundle.sigstore.json'), 'utf8'),
      artifact,
      digest: `sha256:${hash('sha256', artifact)}`,
      trustedRoot: own('trusted_root.json') ?? publicRoot,
      signer: key === undefined ? { subject: beacon, issuer } : { key: readFileSync(key, 'utf8') },
    }
  })
}

/** Provenance that npm serves: of packages that are not at hand, so the digest is taken from the statement. */
function npmSeeds(publicRoot: string): Seed[] {
  const folder = join(packages, 'core', 'test', 'vectors', 'sigstore-go')
  const subject = 'https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main'
  return ['sigstore-js-2.0.0-provenance', 'sigstore-js-1.3.0-provenance'].map((name) => {
    const bundle = readFileSync(join(folder, `${name}.json`), 'utf8')
    const { dsseEnvelope } = JSON.parse(bundle) as { dsseEnvelope: { payload: string } }
    const [, digest = ''] =
      /"sha512":"([0-9a-f]{128})"/.exec(Buffer.from(dsseEnvelope.payload, 'base64').toString()) ?? []
    return {
      name: `npm-${name}`,
      bundle,
      digest: `sha512:${digest}`,
      trustedRoot: publicRoot,
      signer: { subject, issuer },
    }
  })
}
