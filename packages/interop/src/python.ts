// sigstore-python in an environment of its own: nothing of the machine's Python changes, and nothing there has a say.
import { execFileSync } from 'node:child_process'
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { cache, program, python } from './peers.ts'

/** The packages, each at its version. */
export const requirements: string = join(import.meta.dirname, 'sigstore-python.txt')

/** @throws Error where there is no Python 3.10 or newer, or no package index to be reached. */
export function installPython(): void {
  const environment = join(cache, python)
  rmSync(environment, { recursive: true, force: true })
  const run = (command: string, ...args: string[]): void => {
    // Compiled once, here, or each of the suite's many processes would do it again.
    const { PYTHONDONTWRITEBYTECODE: _, ...env } = process.env
    execFileSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  const pip = (...args: string[]): void => run(join(environment, 'bin', 'python'), '-m', 'pip', '--quiet', ...args)
  run('python3', '-m', 'venv', environment)
  // Exactly what is listed, and only as wheels: a source package would run its own code to be installed.
  pip('install', '--no-deps', '--only-binary', ':all:', '--requirement', requirements)
  pip('check')
  rmSync(program(python), { force: true })
  symlinkSync(join(environment, 'bin', 'sigstore'), program(python))
}

/** Whether it starts: its environment names the machine's Python, which may be another one since. */
export function pythonRuns(): boolean {
  try {
    execFileSync(program(python), ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
