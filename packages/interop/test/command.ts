// Commands as a user runs them: processes of their own, with nothing of this process's environment but what is named.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { program } from '../src/peers.ts'

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export type Environment = Readonly<Record<string, string>>

/** The two whose signatures must mean the same. */
export type Tool = 'sealwax' | 'cosign'

const main = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url))
const commands: Readonly<Record<Tool, readonly [string, ...string[]]>> = {
  sealwax: [process.execPath, main],
  cosign: [program('cosign')],
}

/** A folder of its own, in which commands run; it is gone when all tests are done. */
export interface Workbench {
  readonly directory: string
  path(name: string): string
  put(name: string, content: string | Uint8Array): void
  read(name: string): string
  /** Any program. */
  run(program: string, args: readonly string[], env?: Environment): Promise<Run>
  /** `sealwax …` or `cosign …`: both know the same verbs and flags, and read the same COSIGN_ variables. */
  use(tool: Tool, args: readonly string[], env?: Environment): Promise<Run>
}

export function openWorkbench(): Workbench {
  const directory = mkdtempSync(join(inject('folder'), 'bench-'))
  const path = (name: string): string => join(directory, name)
  // The home is one where nobody ever signed: no cached trust, no configuration.
  mkdirSync(path('home'))
  const start = (command: string, args: readonly string[], env: Environment = {}): Promise<Run> =>
    execute(command, args, { cwd: directory, env: { ...bareEnvironment(path('home')), ...env } })
  return {
    directory,
    path,
    put(name, content) {
      mkdirSync(dirname(path(name)), { recursive: true })
      writeFileSync(path(name), content)
    },
    read: (name) => readFileSync(path(name), 'utf8'),
    run: start,
    use(tool, args, env) {
      const [command, ...first] = commands[tool]
      return start(command, [...first, ...args], env)
    },
  }
}

/** Whatever starts `node` gets the one that runs the tests. What it compiled once, the next process takes from the cache. */
function bareEnvironment(home: string): Environment {
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter)
  return { PATH: path, HOME: home, NODE_COMPILE_CACHE: join(home, 'compiled'), NO_COLOR: '1' }
}

function execute(command: string, args: readonly string[], options: { cwd: string; env: Environment }): Promise<Run> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const pieces: Buffer[] = []
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    return () => Buffer.concat(pieces).toString()
  }) as [() => string, () => string]
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout: stdout(), stderr: stderr() }))
  })
}
