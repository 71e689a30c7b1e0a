// The password of a private key: COSIGN_PASSWORD (may be empty), else a person who types it unseen, else standard input.
// cosign takes standard input as it is, so that `echo pw | cosign …` means a password that ends with a newline. Here one line
// end is cut off, which is what people mean; a key that was made the other way still opens (openWithPassword tries both).
import type { Secret } from '@sealwax/core'
import { isSealwaxError, SealwaxError } from '@sealwax/core/errors'
import { askHidden, canAsk } from '../terminal/ask.ts'
import { printable } from '../terminal/text.ts'

export interface PasswordOptions {
  /** What it opens, for the question: a path. */
  readonly what: string
  /** Twice, because nobody can look whether it was mistyped. */
  readonly isNew?: boolean
  /** Standard input holds the file to sign, so that no password can come from it. */
  readonly stdinTaken?: boolean
}

/** A password and, when it came from standard input with a line end, the very bytes. */
interface Password {
  readonly secret: Secret
  readonly exact?: Secret
}

/**
 * Finds the password.
 * @throws KEY_PASSWORD when there is none or two typed ones differ, CANCELLED
 */
export async function findPassword(options: PasswordOptions, env: NodeJS.ProcessEnv = process.env): Promise<Password> {
  const { Secret } = await import('@sealwax/core')
  const given = env['COSIGN_PASSWORD']
  if (given !== undefined) return { secret: new Secret(given) }
  if (canAsk()) return { secret: new Secret(await ask(options)) }
  if (options.stdinTaken === true) {
    throw new SealwaxError('KEY_PASSWORD', `no password for ${options.what}`, {
      expected: 'the password in COSIGN_PASSWORD, because standard input holds the file to sign',
      hint: 'set COSIGN_PASSWORD (it may be empty)',
    })
  }
  const text = await readStdin()
  const cut = text.replace(/\r?\n$/, '')
  return cut === text ? { secret: new Secret(text) } : { secret: new Secret(cut), exact: new Secret(text) }
}

/**
 * Runs `open` with the password, and once more with the untrimmed standard input when that is another one.
 * The password is asked for only when `open` asks for it.
 */
export async function openWithPassword<T>(
  options: PasswordOptions,
  open: (password: () => Promise<Secret>) => Promise<T>,
): Promise<T> {
  let found: Password | undefined
  try {
    return await open(async () => (found ??= await findPassword(options)).secret)
  } catch (error) {
    const exact = found?.exact
    if (exact === undefined || !isSealwaxError(error) || error.code !== 'KEY_PASSWORD') throw error
    return await open(() => Promise.resolve(exact)).catch(() => {
      throw error
    })
  }
}

async function ask({ what, isNew }: PasswordOptions): Promise<string> {
  const first = await askHidden(`Enter password for ${printable(what)}: `)
  if (isNew !== true) return first
  const second = await askHidden(`Enter password for ${printable(what)} again: `)
  if (first === second) return first
  throw new SealwaxError('KEY_PASSWORD', 'the two passwords differ; nothing was written', {
    hint: 'run the command again',
  })
}

async function readStdin(): Promise<string> {
  const { limits } = await import('@sealwax/core')
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > limits.key) throw new SealwaxError('INPUT_TOO_LARGE', 'the password on standard input is too long')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
