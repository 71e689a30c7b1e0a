// A spinner for a person who waits: only on a terminal, never in CI or a pipe, and gone without a trace when the work is done.
import { onStderr } from './text.ts'

export interface Progress {
  /** Shows what is being done now. */
  step(text: string): void
  /** Removes the line, before something else is written or asked. */
  clear(): void
}

const frames = process.platform === 'win32' ? ['-', '\\', '|', '/'] : ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const silent: Progress = { step: () => undefined, clear: () => undefined }

/** A progress line on stderr, or one that does nothing where nobody looks. */
export function openProgress(env: NodeJS.ProcessEnv = process.env): Progress {
  if (!process.stderr.isTTY || inCi(env) || env['TERM'] === 'dumb') return silent
  let text = ''
  let frame = 0
  let timer: NodeJS.Timeout | undefined
  const draw = (): void => {
    frame = (frame + 1) % frames.length
    process.stderr.write(`\r\u{1b}[2K${onStderr('cyan', frames[frame] ?? '')} ${text}`)
  }
  return {
    step(next) {
      text = next
      // unref: a spinner must never keep the process alive.
      timer ??= setInterval(draw, 80).unref()
      draw()
    },
    clear() {
      if (timer === undefined) return
      clearInterval(timer)
      timer = undefined
      process.stderr.write('\r\u{1b}[2K')
    },
  }
}

/** Whether this runs in continuous integration, where nobody answers. `CI=false` says no. */
export function inCi(env: NodeJS.ProcessEnv = process.env): boolean {
  const said = env['CI'] ?? env['CONTINUOUS_INTEGRATION'] ?? env['BUILD_NUMBER'] ?? ''
  return !['', '0', 'false'].includes(said.toLowerCase())
}
