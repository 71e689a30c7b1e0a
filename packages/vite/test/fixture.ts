// Real builds in a copy of a fixture: the Vite of each major version, its own command line, its own process.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { onTestFinished } from 'vitest'

/** The Vite versions that the package promises, each installed under its own name. */
export const versions = ['vite6', 'vite7', 'vite'] as const
export type Version = (typeof versions)[number]

/** What a process said and how it ended. */
export interface Outcome {
  readonly code: number | null
  readonly output: string
}

/** A fixture of its own, with the `vite` and `@sealwax/*` that its config imports. */
export interface Fixture {
  readonly directory: string
  /** Runs `vite build` with these arguments and environment variables, and nothing else of the caller's environment. */
  build(environment?: Readonly<Record<string, string>>, ...args: string[]): Promise<Outcome>
  /** Runs a script of the fixture in Node. */
  run(script: string, environment?: Readonly<Record<string, string>>): Promise<Outcome>
  /** The files below `folder`, relative to it, sorted, with '/'. */
  files(folder?: string): string[]
  path(name: string): string
}

const packages = join(import.meta.dirname, '../..')

/** Copies the fixture into a temporary folder that is gone when the test is. */
export function fixture(name: 'app' | 'environments' | 'library', version: Version): Fixture {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `sealwax-${version}-`)))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }))
  cpSync(join(import.meta.dirname, 'fixtures', name), directory, { recursive: true })
  const vite = dirname(createRequire(import.meta.url).resolve(`${version}/package.json`))
  link(vite, join(directory, 'node_modules/vite'))
  for (const own of ['core', 'vite']) link(join(packages, own), join(directory, 'node_modules/@sealwax', own))

  const node = (environment: Readonly<Record<string, string>>, args: string[]): Promise<Outcome> =>
    outcome(args, { cwd: directory, env: { ...bareEnvironment(), ...environment } })
  return {
    directory,
    build: (environment = {}, ...args) => node(environment, [join(vite, 'bin/vite.js'), 'build', ...args]),
    run: (script, environment = {}) => node(environment, [script]),
    files: (folder = 'dist') => listed(join(directory, folder)),
    path: (file) => join(directory, file),
  }
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  // A junction needs no rights on Windows; elsewhere the type is ignored.
  symlinkSync(target, path, 'junction')
}

/** The tests must not find the identity, or the colours, of the CI job that runs them. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'Path', 'SystemRoot', 'TEMP', 'TMP', 'HOME', 'USERPROFILE']
  return { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), NO_COLOR: '1' }
}

function listed(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

function outcome(args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
