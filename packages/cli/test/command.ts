// The command as a user runs it: a process of its own, with nothing of this process's environment but what is named.
import { spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly input?: string | Uint8Array
  /** Streams that nobody reads: their other end is closed before the command writes. */
  readonly unread?: readonly ('stdout' | 'stderr')[]
  /** Where standard output goes instead, as an open file. */
  readonly stdout?: number
  /** Where standard error goes instead, as an open file. */
  readonly stderr?: number
}

const kept = ['PATH', 'Path', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR'] as const

/** Runs `sealwax ...args`. */
export function sealwax(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const env = Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    stdio: ['pipe', options.stdout ?? 'pipe', options.stderr ?? 'pipe'],
  })
  child.stdin?.on('error', () => undefined).end(options.input ?? '')
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (piece: Buffer) => out.push(piece))
  child.stderr?.on('data', (piece: Buffer) => err.push(piece))
  for (const name of options.unread ?? []) child[name]?.destroy()
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    )
  })
}

/** The run, when it went well; else an error that says what the command said. */
export async function good(run: Promise<Run>): Promise<Run> {
  const done = await run
  if (done.code !== 0) throw new Error(`exit code ${done.code}\n${done.stdout}${done.stderr}`)
  return done
}

/** A new folder, and how to be rid of it. */
export function makeFolder(): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'sealwax-cli-')))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) }
}
