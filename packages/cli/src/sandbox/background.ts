// A sandbox that outlives the call that started it.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SealwaxError } from '@sealwax/core/errors'
import { readClaims, type SandboxState } from './claim.ts'
import { callControl, isAlive } from './control.ts'
import { makeDirectory } from './folder.ts'
import { demandSettings, settingFlags, type WantedSettings } from './settings.ts'

type Variables = Readonly<Record<string, string>>

/**
 * The variables of the sandbox that runs in `directory`, once it is ready; undefined when none does.
 * @throws FILE_EXISTS when it runs with other settings than are wanted
 */
async function findRunning(directory: string, wanted: WantedSettings): Promise<Variables | undefined> {
  for (const state of notes(directory)) {
    const variables = (await callControl(state, 'GET', '/environment')) as Variables | undefined
    if (variables === undefined) continue
    demandSettings(wanted, await callControl(state, 'GET', '/settings'), directory)
    return variables
  }
  return undefined
}

/**
 * The variables of the sandbox in `directory`, which is started first when it does not run. Resolves when it is ready.
 * @throws SERVICE_UNREACHABLE with the sandbox's own last words, FILE_UNWRITABLE, FILE_EXISTS when it runs with other settings
 */
export async function startInBackground(
  directory: string,
  wanted: WantedSettings,
  deadline: number,
): Promise<Variables> {
  makeDirectory(directory)
  const running = await findRunning(directory, wanted)
  if (running !== undefined) return running
  const log = join(directory, 'sandbox.log')
  // Appended to: another call may be starting a sandbox at this very moment.
  const output = openSync(log, 'a', 0o600)
  const { size } = fstatSync(output)
  const child = spawnSandbox(directory, wanted, output)
  closeSync(output)
  let ended = false
  child.once('exit', () => (ended = true)).once('error', () => (ended = true))
  for (const end = Date.now() + deadline; Date.now() < end; await sleep(25)) {
    const wasEnded = ended
    // Any will do: ours has ended if another call's was faster.
    const variables = await findRunning(directory, wanted)
    if (variables !== undefined) return variables
    if (wasEnded && !(await isBeingStarted(directory))) break
  }
  if (!ended) child.kill()
  throw new SealwaxError('SERVICE_UNREACHABLE', 'the sandbox did not start', {
    expected: `a sandbox in ${directory}`,
    found: lastWords(log, size) || 'nothing',
    hint: 'run "npx sealwax sandbox" in the foreground to see why',
  })
}

function spawnSandbox(directory: string, wanted: WantedSettings, output: number): ChildProcess {
  const flags = ['--directory', directory, ...settingFlags(wanted)]
  const command = [...process.execArgv, process.argv[1] ?? '', 'sandbox', ...flags]
  const child = spawn(process.execPath, command, {
    // Its own group (POSIX) or no console (Windows): it does not end with this terminal.
    detached: true,
    windowsHide: true,
    cwd: directory,
    env: foregroundOnly(process.env),
    stdio: ['ignore', 'ignore', output],
  })
  child.unref()
  return child
}

/** Every flag is also a variable; this call's `SEALWAX_BACKGROUND` would make the child start another child, and so on. */
function foregroundOnly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(SEALWAX|COSIGN)_(BACKGROUND|STOP)$/i.test(name)))
}

/** Stops the sandbox of `directory` and waits until it has. @returns whether one was running @throws SERVICE_TIMEOUT */
export async function stopRunning(directory: string): Promise<boolean> {
  let wasRunning = false
  for (const { path, state } of readClaims(directory)) {
    if (state === undefined) continue
    if ((await callControl(state, 'POST', '/stop')) === undefined) rmSync(path, { force: true })
    else {
      await end(state)
      wasRunning = true
    }
  }
  return wasRunning
}

async function end(state: SandboxState): Promise<void> {
  for (const end = Date.now() + 5000; Date.now() < end; await sleep(25)) if (!(await isAlive(state))) return
  throw new SealwaxError('SERVICE_TIMEOUT', 'the sandbox does not stop', {
    expected: 'its end within 5 s',
    hint: `end the process ${state.pid}`,
  })
}

async function isBeingStarted(directory: string): Promise<boolean> {
  return (await Promise.all(notes(directory).map(isAlive))).includes(true)
}

function notes(directory: string): SandboxState[] {
  return readClaims(directory).flatMap(({ state }) => state ?? [])
}

function lastWords(log: string, offset: number): string {
  return readFileSync(log).subarray(offset).toString().trim().split('\n').slice(-5).join('; ')
}
