// The client's answers, taken apart; and the same client as a process.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { answer as answerIn, type Outcome } from '../src/client.ts'

/** The client's answer, for somebody who never chose another trust than the one that the package carries. */
export const answer = (argv: readonly string[]): Promise<Outcome> => answerIn(argv, {})

/** The codes of a refusal, in the order in which they are told. Throws for one that is not told as it should be. */
export function codesOf({
  code,
  stdout,
  stderr,
}: Pick<Outcome, 'stdout' | 'stderr'> & { code: number | null }): string[] {
  // One line of JSON and nothing else: no stack trace, no warning of Node's.
  if (code === 0 || stdout !== '' || !/^\{.+\}\n$/.test(stderr))
    throw new Error(`not a refusal: ${code} ${stdout}${stderr}`)
  const { error, refused = [] } = JSON.parse(stderr) as { error?: Told; refused?: Told[] }
  const told = error === undefined ? refused : [error]
  const isTyped = told.length > 0 && told.every((one) => /^[A-Z]+(_[A-Z]+)*$/.test(one.code) && one.message !== '')
  if (!isTyped) throw new Error(`a refusal without a code: ${stderr}`)
  return told.map((one) => one.code)
}

interface Told {
  readonly code: string
  readonly message: string
}

/** The codes with which the client refuses. */
export async function refusal(argv: readonly string[]): Promise<string[]> {
  return codesOf(await answer(argv))
}

const home = join(import.meta.dirname, '..')
// What is in .bin on Windows cannot be started without a shell; it would start the same file with the same Node.js.
const [command, ...first]: readonly [string, ...string[]] =
  process.platform === 'win32'
    ? [process.execPath, join(home, 'src', 'main.ts')]
    : [join(home, '..', '..', 'node_modules', '.bin', 'sealwax-conformance')]

// Without a home there is no cache.
const env = { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'] }

/** `sealwax-conformance …` as the suite starts it. */
export function runProcess(
  argv: readonly string[],
): Promise<Pick<Outcome, 'stdout' | 'stderr'> & { code: number | null }> {
  const child = spawn(command, [...first, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (piece: string) => (texts[name] += piece))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...texts }))
  })
}
