// Who runs the sandbox of a folder. The note of a running one says how to reach it, and it is a claim as well: of several that
// start at the same time one goes on. Whether a claim still holds is asked of its owner: a process id proves nothing.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './control.ts'

/** What a sandbox leaves in its folder, so that another call can find it, ask it and stop it. */
export interface SandboxState {
  /** Where the control server of this sandbox listens (sandbox/control.ts). */
  readonly control: string
  /** What a caller must know to be answered. */
  readonly secret: string
  /** For a person who must end it by hand. */
  readonly pid: number
}

export interface Claim {
  readonly number: number
  readonly path: string
  /** Undefined while it is being written, and when it is damaged. */
  readonly state: SandboxState | undefined
}

const name = /^sandbox\.(\d{1,15})\.json$/

/** The claims on a folder, the latest first. */
export function readClaims(directory: string): Claim[] {
  return numbers(directory).map((number) => {
    const path = join(directory, `sandbox.${number}.json`)
    return { number, path, state: readState(path) }
  })
}

/**
 * Claims the folder; undefined when a sandbox runs there already. The control server of `state` must be listening.
 *
 * Each claim is a file of its own, made only if it is not there, and numbered onwards. Who has written one looks at all the
 * others afterwards: of two owners the later one would have seen the earlier, or have been seen by it, so there are never two.
 */
export async function claimFolder(directory: string, state: SandboxState): Promise<Claim | undefined> {
  for (;;) {
    const claims = readClaims(directory)
    if (await holds(claims)) return undefined
    const number = (claims[0]?.number ?? 0) + 1
    const path = join(directory, `sandbox.${number}.json`)
    if (!create(path, state)) continue
    const others = readClaims(directory).filter((claim) => claim.number !== number)
    if (!(await holds(others))) {
      for (const { path: dead } of others) rmSync(dead, { force: true })
      return { number, path, state }
    }
    rmSync(path, { force: true })
    // Two that saw each other both gave way; they should not meet again.
    await sleep(Math.random() * 100)
  }
}

async function holds(claims: readonly Claim[]): Promise<boolean> {
  return (await Promise.all(claims.map(async ({ state }) => state !== undefined && isAlive(state)))).includes(true)
}

function create(path: string, state: SandboxState): boolean {
  try {
    writeFileSync(path, JSON.stringify(state), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function numbers(directory: string): number[] {
  try {
    return readdirSync(directory)
      .flatMap((file) => name.exec(file)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => b - a)
  } catch {
    // No folder: then nothing runs there.
    return []
  }
}

function readState(path: string): SandboxState | undefined {
  try {
    const { control, secret, pid } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    if (typeof control !== 'string' || typeof secret !== 'string' || typeof pid !== 'number') return undefined
    return { control, secret, pid }
  } catch {
    return undefined
  }
}
