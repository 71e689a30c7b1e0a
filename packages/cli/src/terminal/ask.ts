// Questions to a person: yes or no, and a password that is not shown. Only when both ends are a terminal.
import { SealwaxError } from '@sealwax/core/errors'

/** Whether there is a person to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY
}

/**
 * Asks for a yes, with cosign's words; only `y` is one.
 * @throws CANCELLED for anything else
 */
export async function confirm(): Promise<void> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  lines.once('SIGINT', () => interrupt(process.stdin))
  try {
    // Ctrl-D closes the interface without an answer: that is a no.
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('\u{4}')))
    const answer = await Promise.race([lines.question('Are you sure you would like to continue? [y/N] '), closed])
    if (answer === '\u{4}') process.stderr.write('\n')
    if (answer.trim().toLowerCase() === 'y') return
    throw new SealwaxError('CANCELLED', 'nothing was done: the question was not answered with y')
  } finally {
    lines.close()
  }
}

/**
 * Reads a line without showing it.
 * @throws CANCELLED on Ctrl-D with nothing typed
 */
export async function askHidden(question: string): Promise<string> {
  const input = process.stdin
  // First: whoever answers faster than the next line of code would be shown what they type.
  input.setRawMode(true)
  process.stderr.write(question)
  input.setEncoding('utf8')
  try {
    return await readHidden(input)
  } finally {
    input.setRawMode(false)
    input.pause()
    process.stderr.write('\n')
  }
}

/** What was typed or pasted after the last line end: the answer to the next question. */
let ahead = ''

function readHidden(input: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed: string[] = []
    const end = (finish: () => void): void => {
      input.off('data', take)
      finish()
    }
    const take = (chunk: string): void => {
      const keys = Array.from(chunk)
      for (const [at, key] of keys.entries()) {
        ahead = keys.slice(at + 1).join('')
        if (key === '\r' || key === '\n') return end(() => resolve(typed.join('')))
        if (key === '\u{3}') return end(() => interrupt(input))
        if (key === '\u{4}' && typed.length === 0) {
          return end(() => reject(new SealwaxError('CANCELLED', 'no password was given')))
        }
        if (key === '\u{7f}' || key === '\b') typed.pop()
        else if (key === '\u{15}') typed = []
        else if (key >= ' ') typed.push(key)
      }
    }
    input.on('data', take)
    input.resume()
    if (ahead !== '') take(ahead)
  })
}

/** In raw mode Ctrl-C is only a byte: put the terminal right and end as if the signal had come. */
function interrupt(input: NodeJS.ReadStream): void {
  input.setRawMode(false)
  process.stderr.write('\n')
  process.kill(process.pid, 'SIGINT')
}
