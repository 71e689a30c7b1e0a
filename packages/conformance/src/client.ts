// sealwax as a client under test of the public Sigstore conformance suite (its docs/cli_protocol.md). Made of the public doors of
// @sealwax/core and nothing else, with their defaults: what passes here passes for every user of that package.
// Not here: what is right (core), the suite's cases (vectors/).
import { isSealwaxError, SealwaxError } from '@sealwax/core/errors'
import type { Reason } from '@sealwax/core/policy'
import { parseCommand } from './arguments.ts'

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What one call gives: an exit code, and the texts for the two streams. */
export interface Outcome {
  /** 0 good, 1 refused or failed, 2 not called as the protocol says. */
  readonly code: 0 | 1 | 2
  readonly stdout: string
  /** Empty when good, else one line: a JSON object with `error` or with `refused`, each with stable codes. */
  readonly stderr: string
}

/**
 * Answers one command line. `env` says where the user's cache of trust is, and how services are reached. Whatever is wrong with what it is given is an outcome; an exception is a defect, and is left to
 * end the process with a stack trace, because a suite that counts it as a refusal would hide it.
 */
export async function answer(argv: readonly string[], env: Environment): Promise<Outcome> {
  try {
    const command = parseCommand(argv)
    if (command.verb === 'sign-bundle') {
      const { signBundle } = await import('./sign-bundle.ts')
      await signBundle(command, env)
      return { code: 0, stdout: `wrote ${command.bundle}\n`, stderr: '' }
    }
    const { verifyBundleFile } = await import('./verify-bundle.ts')
    const { ok, reasons } = await verifyBundleFile(command, env)
    return ok ? { code: 0, stdout: 'verified\n', stderr: '' } : refused(reasons)
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    return failed(error)
  }
}

function refused(reasons: readonly Reason[]): Outcome {
  return { code: 1, stdout: '', stderr: line({ refused: reasons }) }
}

function failed({ code, message, expected, found, hint }: SealwaxError): Outcome {
  return {
    code: code === 'USAGE' ? 2 : 1,
    stdout: '',
    stderr: line({ error: { code, message, expected, found, hint } }),
  }
}

// JSON, because parts of it come out of bundles and certificates: no control character of theirs reaches a terminal.
const line = (value: object): string => `${JSON.stringify(value)}\n`
