import { readFileSync } from 'node:fs'
import type { KeyObject } from 'node:crypto'
import { type Bundle, parseBundle } from '../../src/bundle/index.ts'
import { parsePublicKey } from '../../src/keys/index.ts'
import { defaultPolicy, keylessPolicy, type Policy } from '../../src/policy/index.ts'
import { loadTrustedRoot, parseTrustedRoot, type TrustedRoot } from '../../src/trust/index.ts'
import { type Artifact, contentArtifact, digestArtifact } from '../../src/verify/index.ts'

// Real bundles of other tools (see the ORIGIN.md of each folder), with what their makers say is in them.

export const readVector = (path: string): Buffer => readFileSync(new URL(`../vectors/${path}`, import.meta.url))

export interface Vector {
  readonly name: string
  readonly text: Buffer
  readonly bundle: Bundle
  readonly root: TrustedRoot
  readonly rootText: Buffer | undefined
  readonly key?: KeyObject
  readonly artifact: Artifact
  readonly policy: Policy
}

const actions = 'https://token.actions.githubusercontent.com'
const release = 'https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main'
const beacon =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main'

const keyless = (subject: string, by: string, options = {}): Policy =>
  keylessPolicy({ issuer: { exact: by }, subject: { exact: subject } }, options)

const fromDigest = (name: 'sha256' | 'sha512', hex: string): Promise<Artifact> =>
  digestArtifact(name, Buffer.from(hex, 'hex'))

const npm130 =
  'sha512 76176ffa33808b54602c7c35de5c6e9a4deb96066dba6533f50ac234f4f1f4c6b3527515dc17c06fbe2860030f410eee69ea20079bd3a2c6f3dcf3b329b10751'
const npm200 =
  'sha512 46d4e2f74c4877316640000a6fdf8a8b59f1e0847667973e9859f774dd31b8f1e0937813b777fb66a2ac67d50540fe34640966eee9fc2ccca387082b4c85cd3c'
const slsa =
  'sha512 bbfd372fc9beeb777fe35d05bb10c0c70a9733d366a75fed7dd18866c7391de3ee7e88ba74dd47abf3e15c845e547fcf0e5c3da80854c751554224d3a6d4e55f'
const other = 'sha256 bc103b4a84971ef6459b294a2b98568a2bfb72cded09d4acd1e16366a401f95b'

async function make(
  path: string,
  artifact: string | Artifact,
  policy: Policy,
  rootPath?: string,
  keyPath?: string,
): Promise<Vector> {
  const text = readVector(path)
  const rootText = rootPath === undefined ? undefined : readVector(rootPath)
  const [name = '', hex = ''] = typeof artifact === 'string' ? artifact.split(' ') : []
  return {
    name: path,
    text,
    bundle: parseBundle(text),
    root: rootText === undefined ? await loadTrustedRoot() : parseTrustedRoot(rootText),
    rootText,
    ...(keyPath !== undefined && { key: parsePublicKey(readVector(keyPath)) }),
    artifact: typeof artifact === 'string' ? await fromDigest(name as 'sha256' | 'sha512', hex) : artifact,
    policy,
  }
}

const go = 'sigstore-go'
const conformance = 'sigstore-conformance'
const file = readVector(`${conformance}/a.txt`)
const named = (name: string, hasRoot = false): Promise<Vector> =>
  make(
    `${conformance}/${name}.json`,
    contentArtifact(() => [file]),
    keyless(beacon, actions),
    hasRoot ? `${conformance}/${name}.trusted-root.json` : undefined,
  )

/** Each of them must be accepted. */
export const vectors: readonly Vector[] = await Promise.all([
  make(`${go}/sigstore-js-1.3.0-provenance.json`, npm130, keyless(release, actions)),
  make(`${go}/sigstore-js-1.3.0-publish.json`, npm130, defaultPolicy('key'), undefined, `${go}/publish-key.pem`),
  make(`${go}/sigstore-js-2.0.0-provenance.json`, npm200, keyless(release, actions)),
  make(`${go}/slsa-provenance-0.0.7.json`, slsa, keyless('brian@dehamer.com', 'https://github.com/login/oauth')),
  make(
    `${go}/othername.json`,
    other,
    // That instance had no certificate transparency log.
    keyless('foo!oidc.local', 'http://oidc.local:8080', { scts: 0 }),
    `${go}/scaffolding-trusted-root.json`,
  ),
  named('happy-path-v0.1'),
  named('happy-path-v0.2'),
  named('happy-path-v0.3'),
  named('bundle-with-sct-with-extensions', true),
  named('rekor2-happy-path', true),
  named('rekor2-dsse-happy-path', true),
  named('rekor2-timestamp-with-embedded-cert', true),
])
