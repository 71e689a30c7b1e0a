// What a person (or a script, with -o json) is told when a command ends with an error. Always on stderr.
import { isSealwaxError, SealwaxError } from '@sealwax/core/errors'
import type { CommanderError } from 'commander'
import { foreignFlags } from '../flags/foreign.ts'
import { note, onStderr, printable, toJson } from '../terminal/text.ts'

interface Told {
  readonly code: string
  readonly message: string
  readonly expected?: string | undefined
  readonly found?: string | undefined
  readonly hint?: string | undefined
}

/** How an error is shown. */
export interface View {
  readonly json: boolean
  /** With causes and stack traces. */
  readonly verbose: boolean
}

/** Writes an error: `Error [CODE]: what`, then expected, found and the next step, each on a line of its own; or one JSON object. */
export function reportError(error: unknown, view: View): void {
  const told = tell(error)
  if (view.json) {
    note(toJson({ error: told }))
    return
  }
  note(`${onStderr(['red', 'bold'], 'Error')} [${told.code}]: ${printable(told.message)}`)
  for (const [label, value] of [
    ['expected', told.expected],
    ['found', told.found],
    ['next', told.hint],
  ] as const) {
    if (value !== undefined && value !== '') note(`  ${onStderr('dim', `${label}:`)} ${printable(value)}`)
  }
  if (view.verbose) for (const line of causes(error)) note(onStderr('dim', line))
}

function tell(error: unknown): Told {
  if (isSealwaxError(error)) {
    return { code: error.code, message: error.message, expected: error.expected, found: error.found, hint: error.hint }
  }
  const fault = error instanceof Error ? error : new Error(String(error))
  // The operating system's own errors (ENOSPC, EACCES…) say what they mean; anything else is a defect of ours.
  if ('syscall' in fault && 'code' in fault) return { code: String(fault.code), message: fault.message }
  return {
    code: 'INTERNAL',
    message: fault.message,
    hint: 'this is a defect of sealwax: run again with --verbose and report it at https://github.com/sealwax/sealwax/issues',
  }
}

function causes(error: unknown): string[] {
  const lines: string[] = []
  for (let one = error, depth = 0; one instanceof Error && depth < 8; one = one.cause, depth++) {
    lines.push(...(one.stack ?? one.message).split('\n').map(printable))
  }
  return lines
}

/** An error of the operating system that has a name of ours; any other as it is. */
export function typed(error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || error.syscall !== 'uv_cwd') return error
  return new SealwaxError('FILE_NOT_FOUND', 'the working directory does not exist any more', {
    hint: 'change into a folder that exists and run the command again',
    cause: error,
  })
}

/** Flags without a verb. */
export function verbMissing(): SealwaxError {
  return new SealwaxError('USAGE', 'no verb is given', { hint: 'run "sealwax help"' })
}

/** A commander error as one of ours: its sentence, and as the next step its suggestion or what to write instead of a cosign flag. */
export function usageError(error: CommanderError, verb: string | undefined): SealwaxError {
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n')
  const flag = /^unknown option '--(?:no-)?([^'=]+)/.exec(first)?.[1]
  const foreign = flag === undefined ? undefined : foreignFlags[flag]
  const meant = suggestion?.replace(/^\(Did you mean (.+)\?\)$/, 'did you mean $1?')
  const help = verb === undefined ? 'sealwax help' : `sealwax help ${verb}`
  return new SealwaxError('USAGE', first.replace('unknown command', 'unknown verb'), {
    hint: foreign ?? (meant === undefined ? `run "${help}"` : `${meant} Or run "${help}"`),
  })
}
