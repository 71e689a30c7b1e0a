import type { SealStep } from '../seal/index.ts'
import type { Log } from './types.ts'

/**
 * Milliseconds that the services may take for a signature inside a build, which somebody waits for. A Rekor v2 log answers
 * after its next batch: one attempt there must have a minute.
 */
export const BUILD_DEADLINE = 90_000

/** Milliseconds without a result after which it is said what is being waited for. */
const SILENCE = 10_000

const awaited: Readonly<Record<SealStep, string>> = {
  identity: 'the identity token',
  certificate: 'the certificate',
  sign: 'the key',
  // Both are asked at the same time, the log first.
  log: 'the transparency log',
  timestamp: 'the transparency log and the timestamp authority',
  check: 'the check of the signature',
}

/** Says once what is being waited for, when a signature takes long: a build that stands still looks like one that hangs. */
export interface Patience {
  /** Told of each step of a signature. */
  readonly onStep: (step: SealStep) => void
  /** The signature is made, or is not going to be. */
  end(): void
}

/** `log` is asked for when there is something to say. */
export function newPatience(log: () => Log): Patience {
  let step: SealStep = 'sign'
  let timer: NodeJS.Timeout | undefined
  return {
    onStep(next) {
      step = next
      timer ??= setTimeout(() => log().info(`still waiting for ${awaited[step]}`), SILENCE).unref()
    },
    end() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
