// Builds every peer that is not there yet, at its pinned version. Run it again at any time: what is there stays.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, judge, type Peer, peers, program, python, trillian } from './peers.ts'
import { installPython, pythonRuns, requirements } from './python.ts'

const environment = { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' }

function go(cwd: string, ...args: string[]): string {
  return execFileSync('go', args, { cwd, env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

/**
 * Builds from the module's own tree, so that its `replace` directives count, which `go install` would refuse.
 */
function build({ name, module, version, package: path, edit }: Peer, work: string): void {
  const { Dir } = JSON.parse(go(work, 'mod', 'download', '-json', `${module}@${version}`)) as { Dir: string }
  const tree = join(work, name)
  cpSync(Dir, tree, { recursive: true })
  execFileSync('chmod', ['-R', 'u+w', tree])
  if (edit) {
    const file = join(tree, edit.file)
    const source = readFileSync(file, 'utf8')
    if (!source.includes(edit.from)) throw new Error(`${name} ${version}: ${edit.file} no longer holds ${edit.from}`)
    writeFileSync(file, source.replace(edit.from, edit.to))
  }
  compile(tree, path, name)
}

function compile(tree: string, path: string, name: string): void {
  go(tree, 'build', '-p', '2', '-buildvcs=false', '-ldflags', '-s -w', '-o', program(name), path)
}

/** A file beside the program that names its version: a changed version builds anew. */
function stamped(name: string, version: string, make: () => void, works = true): void {
  const stamp = join(cache, `${name}.version`)
  const [first] = version.split('\n')
  if (works && existsSync(program(name)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === version)
    return console.log(`${name} ${first}: have it`)
  const start = Date.now()
  make()
  writeFileSync(stamp, version)
  console.log(`${name} ${first}: made in ${Math.round((Date.now() - start) / 1000)} s`)
}

mkdirSync(join(cache, 'bin'), { recursive: true })
const work = mkdtempSync(join(cache, 'build-'))
try {
  for (const peer of peers)
    stamped(peer.name, `${peer.version}${peer.edit ? ' (loopback)' : ''}`, () => build(peer, work))
  stamped(trillian, 'v1.8.0, each leaf once', () => compile(join(import.meta.dirname, '..', trillian), '.', trillian))
  stamped(judge, 'v1.3.0', () => compile(join(import.meta.dirname, '..', judge), '.', judge))
  const packages = readFileSync(requirements, 'utf8')
  const [version = ''] = /^sigstore==.*/m.exec(packages) ?? []
  try {
    stamped(python, `${version}\n${packages}`, installPython, pythonRuns())
  } catch (error) {
    if (process.env['CI']) throw error
    console.warn(`${python}: not installed, it needs Python 3.10 or newer with venv (${(error as Error).message})`)
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}
