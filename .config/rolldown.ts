// What is published of core and of the command: few files. Node looks for, reads and links each file of a program, and did so
// for eighty of them before the first byte of a signature was looked at. Types come from tsc, everything else from here.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { defineConfig, type Plugin } from 'rolldown'

interface Manifest {
  readonly name: string
  readonly bin?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest
const doors = [...Object.values(manifest.bin ?? {}), ...Object.values(manifest.exports)].filter((file) =>
  file.endsWith('.ts'),
)
const stays = Object.keys(manifest.dependencies ?? {})

/**
 * An import of a built-in module fills a namespace with all that the module has, for which each of its lazy parts is made:
 * 8 ms for what a verification needs. Asked for by name, the module comes as it is.
 */
const builtins: Plugin = {
  name: 'builtins',
  renderChunk: (code) => ({
    code: code.replace(
      /^import (?:([\w$]+)|\* as ([\w$]+))?(?:, )?(?:\{([^}]*)\})? from "(node:[\w/]+)";$/gm,
      (_, fallback: string | undefined, all: string | undefined, names: string | undefined, from: string) =>
        [fallback ?? all, names && `{${names.replaceAll(' as ', ': ')}}`]
          .filter((target) => target !== undefined)
          .map((target) => `const ${target} = process.getBuiltinModule("${from}");`)
          .join(' '),
    ),
    // Line by line the same.
    map: null,
  }),
}

/** Whoever's code is inside is named, with the licence. */
const licences: Plugin = {
  name: 'licences',
  generateBundle(_, files) {
    const modules = Object.values(files).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
    const folders = [...new Set(modules.filter((id) => id.includes('/node_modules/')).map(folderOf))].sort()
    if (folders.length === 0) return
    this.emitFile({ type: 'asset', fileName: 'third-party-licences.txt', source: folders.map(licenceOf).join('\n\n') })
  },
}

function folderOf(path: string): string {
  const folder = dirname(path)
  const file = join(folder, 'package.json')
  const isPackage = existsSync(file) && 'version' in (JSON.parse(readFileSync(file, 'utf8')) as object)
  return isPackage ? folder : folderOf(folder)
}

function licenceOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no licence file, and so cannot be part of what is published`)
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

/** The files of core that these load at once, and those that they load. */
function loadedBy(doors: readonly string[]): ReadonlySet<string> {
  const found = new Set(doors.map((door) => resolve('../core/src', door)))
  for (const file of found)
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^'"]*?from '(\.[^']+)'$/gm,
    ))
      found.add(resolve(dirname(file), from))
  return found
}

const rooms = ['verify', 'policy', 'bundle', 'trust', 'subject', 'keys'].map((room) => `${room}/index.ts`)
const checking = loadedBy([...rooms, 'keys/store.ts', 'trust/tuf/index.ts'])
const everywhere = loadedBy(['errors.ts', 'limits.ts'])

/** What every verb needs, and what a verification needs: one file each. */
const groups = [
  {
    name: 'command',
    test: (id: string) =>
      everywhere.has(id) ||
      /[/\\](commander[/\\]|cli[/\\]src[/\\](run|program|report|flags|verbs[/\\]index|terminal[/\\](?!streams|ask|progress)))/.test(
        id,
      ),
  },
  {
    name: 'checking',
    test: (id: string) => checking.has(id) || /[/\\]cli[/\\]src[/\\](verifying|signing[/\\](content|targets))/.test(id),
  },
]

export default defineConfig({
  input: Object.fromEntries(doors.map((file) => [file.slice('./src/'.length, -'.ts'.length), file])),
  platform: 'node',
  // Nobody imports the command: its chunks may export to each other what they need.
  ...(manifest.bin && { preserveEntrySignatures: false as const }),
  external: (id) => stays.some((name) => id === name || id.startsWith(`${name}/`)),
  plugins: [builtins, licences],
  output: {
    dir: 'dist',
    entryFileNames: '[name].js',
    chunkFileNames: 'parts/[name].js',
    sourcemap: true,
    ...(manifest.bin && { codeSplitting: { includeDependenciesRecursively: false, groups } }),
  },
})
