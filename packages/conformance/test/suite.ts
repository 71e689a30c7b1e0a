// The cases of the public suite, called as the suite calls them (its test/client.py and test/conftest.py).
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const folder: string = join(import.meta.dirname, '..', 'vectors', 'sigstore-conformance', 'assets')
const cases = join(folder, 'bundle-verify')

export type By = 'path' | 'digest'

export interface Case {
  readonly name: string
  /** What the suite goes by: the name ends in `_fail`. */
  readonly isGood: boolean
  readonly argv: (by: By, changed?: Partial<Material>) => string[]
  readonly material: Material
}

/** What a case is made of. */
export interface Material {
  readonly bundle: string
  readonly artifact: string
  readonly key: string | undefined
  readonly identity: string
  readonly issuer: string
  readonly trustedRoot: string | undefined
}

/** The suite's own signer, whom every case means that names no other. */
const beacon = {
  identity:
    'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
}

export const suite: readonly Case[] = readdirSync(cases, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted()
  .map((name) => {
    const material = materialOf(join(cases, name))
    const argv: Case['argv'] = (by, changed) => verifyArguments({ ...material, ...changed }, by)
    return { name, isGood: !name.endsWith('_fail'), argv, material }
  })

function materialOf(directory: string): Material {
  const own = (name: string): string | undefined => {
    const path = join(directory, name)
    return existsSync(path) ? path : undefined
  }
  const text = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : readFileSync(path, 'utf8').trim()
  return {
    bundle: join(directory, 'bundle.sigstore.json'),
    artifact: own('artifact') ?? join(cases, 'a.txt'),
    key: own('key.pub'),
    identity: text(own('identity')) ?? beacon.identity,
    issuer: text(own('issuer')) ?? beacon.issuer,
    trustedRoot: own('trusted_root.json'),
  }
}

function verifyArguments({ bundle, artifact, key, identity, issuer, trustedRoot }: Material, by: By): string[] {
  const signer =
    key === undefined ? ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer] : ['--key', key]
  const root = trustedRoot === undefined ? [] : ['--trusted-root', trustedRoot]
  const subject = by === 'path' ? artifact : digestOf(readFileSync(artifact))
  return ['verify-bundle', '--bundle', bundle, ...signer, ...root, subject]
}

/** A digest as the protocol spells it. */
export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
