// What the tests of this room share: a folder that is thrown away, a key with a signing config that names no service (so
// that signing needs no network), and a log that remembers.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { defaultPolicy, type Policy } from '../../src/policy/index.ts'
import { type BuildVerdict, type Log, verifyBuild, type VerifyBuildOptions } from '../../src/session/index.ts'
import { parseStatement, type Statement } from '../../src/statement/index.ts'

export const BUNDLE = 'attestation.sigstore.json'

export interface Workshop {
  readonly folder: string
  /** The environment of somebody who signs by key, without any service. */
  readonly env: Record<string, string>
  readonly key: KeyObject
  readonly path: (name: string) => string
  /** Writes files; a name is its own content unless another is given. */
  readonly put: (files: readonly string[] | Readonly<Record<string, string>>) => void
  readonly has: (name: string) => boolean
  readonly read: (name: string) => string
  /** The statement in a bundle. */
  readonly statement: (bundle: string) => Statement
  readonly verify: (directory: string, options?: Partial<VerifyBuildOptions>) => Promise<BuildVerdict>
  readonly close: () => void
}

/** What is asked of a bundle that was signed by key and without witnesses. */
export const alone: Policy = { ...defaultPolicy('key'), log: 0 }

export function openWorkshop(): Workshop {
  const folder = mkdtempSync(join(tmpdir(), 'sealwax-session-'))
  const path = (name: string): string => join(folder, name)
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(path('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const config = {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    rekorTlogConfig: {},
    tsaConfig: {},
  }
  writeFileSync(path('none.json'), JSON.stringify(config))
  const read = (name: string): string => readFileSync(path(name), 'utf8')
  return {
    folder,
    path,
    read,
    key: publicKey,
    env: { SEALWAX_KEY: path('key.pem'), SEALWAX_SIGNING_CONFIG: path('none.json') },
    put(files) {
      const pairs = Array.isArray(files) ? files.map((name) => [name, name]) : Object.entries(files)
      for (const [name, content] of pairs) {
        mkdirSync(dirname(path(name)), { recursive: true })
        writeFileSync(path(name), content)
      }
    },
    has: (name) => existsSync(path(name)),
    statement: (bundle) => parseStatement(Buffer.from(JSON.parse(read(bundle)).dsseEnvelope.payload, 'base64')),
    verify: (directory, options) => verifyBuild(path(directory), { key: publicKey, policy: alone, ...options }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A log that keeps what it is told. */
export function openLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const keep = (level: string) => (line: string) => void lines.push(`${level} ${line}`)
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error') }
}
