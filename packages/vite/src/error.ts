// How a failed signature looks in Vite's "error during build" block.
import { inspect } from 'node:util'
import { isSealwaxError } from '@sealwax/core/errors'

/**
 * Gives a SealwaxError lines that a person can act on: what, expected, found, hint. Vite 6 and 7 print an error's stack,
 * Vite 8 prints its inspection with every property; a stack of bundler frames helps nobody when a service said no.
 * Any other error keeps its stack: it is a defect, and the stack says where.
 */
export function readableError(error: unknown): unknown {
  if (!isSealwaxError(error)) return error
  const details = (['expected', 'found', 'hint'] as const).flatMap((name) =>
    error[name] === undefined ? [] : [`  ${name.padEnd(10)}${error[name]}`],
  )
  const text = [`[sealwax] ${error.message} (${error.code})`, ...details].join('\n')
  return Object.defineProperties(error, {
    message: { value: text },
    stack: { value: text },
    [inspect.custom]: { value: () => text },
  })
}
