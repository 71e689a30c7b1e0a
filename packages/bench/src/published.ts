// The packages as somebody has them who installed them: compiled, through the doors of publishConfig, in a node_modules.
// The workspace itself runs from TypeScript sources, which costs time that no user pays.
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const packages = join(import.meta.dirname, '../..')

/** A folder in which everything is installed. */
export interface Place {
  readonly directory: string
  /** The command's first file. */
  readonly sealwax: string
  path(name: string): string
}

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly publishConfig?: object
}

/** Installs the packages, and what builds need, into a folder. They must have been built. */
export function installPublished(directory: string): Place {
  const path = (name: string): string => join(directory, name)
  const modules = path('node_modules')
  for (const name of ['core', 'sandbox', 'vite', 'cli']) installOwn(name, modules)
  for (const name of ['vite', '@vitejs/plugin-react', 'react', 'react-dom', 'react-router', 'recharts', 'date-fns'])
    link(join(import.meta.dirname, '../node_modules', name), join(modules, name))
  return { directory, path, sealwax: join(modules, '@sealwax/cli/dist/main.js') }
}

function installOwn(name: string, modules: string): void {
  const from = join(packages, name)
  const to = join(modules, '@sealwax', name)
  if (!existsSync(join(from, 'dist'))) throw new Error(`@sealwax/${name} is not built: run "npm run build" at the root`)
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true })
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Manifest
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...manifest, ...manifest.publishConfig }))
  for (const dependency of Object.keys(manifest.dependencies ?? {}))
    if (!dependency.startsWith('@sealwax/'))
      link(join(from, 'node_modules', dependency), join(to, 'node_modules', dependency))
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  // A junction needs no rights on Windows; elsewhere the type is ignored.
  symlinkSync(realpathSync(target), path, 'junction')
}
