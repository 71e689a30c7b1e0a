// Writes vectors/ anew from clones of the two repositories they come from (any clone, also a bare one, that has the pinned commits):
//   node src/gather.ts CLONE_OF_SIGSTORE_CONFORMANCE CLONE_OF_CPYTHON_RELEASE_TRACKER
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

/** The suite, and the commit of the other repository that its action.yml checks out. */
const pinned = {
  suite: 'a73de4970176d258e0154c530b89d20b89444e4d',
  cpython: 'f5ef7e3a49c5b9aa2a5c8f9591e2c9feb1939060',
} as const

const vectors = join(import.meta.dirname, '..', 'vectors')

interface Tree {
  readonly names: (folder: string) => string[]
  readonly read: (path: string) => Buffer
}

function open(clone: string, commit: string): Tree {
  const git = (...args: string[]): Buffer => execFileSync('git', ['-C', clone, ...args], { maxBuffer: 2 ** 27 })
  return {
    names: (folder) => git('ls-tree', '-r', '-z', '--name-only', commit, folder).toString().split('\0').filter(Boolean),
    read: (path) => git('show', `${commit}:${path}`),
  }
}

/** Every file as it is. */
function gatherSuite({ names, read }: Tree): void {
  const target = join(vectors, 'sigstore-conformance', 'assets')
  rmSync(target, { recursive: true, force: true })
  for (const name of names('test/assets')) {
    const path = join(target, ...name.split('/').slice(2))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, read(name))
  }
}

interface Manager {
  readonly Release: string
  readonly 'Release manager': string
  readonly 'OIDC Issuer': string
}

interface Download {
  readonly url: string
  readonly sha256: string
  readonly sigstore?: unknown
}

/** One line for each signed download: who must have signed it (as the suite works it out), its digest and its bundle. */
function gatherCpython({ names, read }: Tree): void {
  const json = <T>(path: string): T => JSON.parse(read(path).toString()) as T
  const managers = json<readonly Manager[]>('signing-identities.json')
  const lines = names('versions').flatMap((path) => {
    const release = basename(path, '.json')
    const series = release.split('.').slice(0, 2).join('.')
    const manager = managers.find(({ Release }) => Release === series)
    if (manager === undefined) return []
    const { 'Release manager': identity, 'OIDC Issuer': issuer } = manager
    return json<readonly Download[]>(path).flatMap(({ url, sha256, sigstore: bundle }) =>
      bundle ? [JSON.stringify({ release, url, sha256, identity, issuer, bundle })] : [],
    )
  })
  const text = Buffer.from(lines.map((line) => `${line}\n`).join(''))
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length }
  const target = join(vectors, 'cpython-release-tracker')
  writeFileSync(join(target, 'bundles.jsonl.br'), brotliCompressSync(text, { params }))
  writeFileSync(join(target, 'LICENSE'), read('LICENSE'))
}

const [suite, cpython] = process.argv.slice(2)
if (suite === undefined || cpython === undefined) throw new Error('name two clones: see the first lines of this file')
gatherSuite(open(suite, pinned.suite))
gatherCpython(open(cpython, pinned.cpython))
