// Whole processes, timed from the call that starts them to their end.
import { spawn } from 'node:child_process'
import { homedir } from 'node:os'

export interface Timed {
  readonly milliseconds: number
  readonly stdout: string
}

/** Runs a command with this environment and nothing else of ours. @throws Error when it fails, with what it said */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Timed> {
  const env = { ...bareEnvironment(), ...options.env }
  const start = performance.now()
  const child = spawn(command, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  let milliseconds = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => (milliseconds = performance.now() - start))
    child.once('close', (code) => {
      if (code === 0) resolve({ milliseconds, stdout: said.stdout })
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${code}\n${said.stdout}${said.stderr}`))
    })
  })
}

/** The measured must not find the identity of the CI job that measures. */
function bareEnvironment(): Record<string, string> {
  const kept = ['PATH', 'Path', 'SystemRoot', 'TEMP', 'TMP', 'USERPROFILE']
  const values = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { HOME: homedir(), ...(Object.fromEntries(values) as Record<string, string>), NO_COLOR: '1' }
}
