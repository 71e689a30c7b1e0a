import { SealwaxError } from '../errors.ts'

/** One span of time that a whole signature shares: every request, every wait between retries. */
export interface Deadline {
  /** Aborted when the time is over or the caller cancelled; its reason is a SealwaxError. */
  readonly signal: AbortSignal
  /** The span in milliseconds, for messages. */
  readonly milliseconds: number
  /** Milliseconds that are left, 0 when it is over. */
  remaining(): number
  /** Ends it early, when the work is done or has failed: whatever still runs under it stops. */
  end(): void
}

/**
 * Starts a deadline. It never keeps the process alive by itself.
 * The signal's reason is `SERVICE_TIMEOUT`, or `CANCELLED` when `signal` was aborted by the caller.
 */
export function startDeadline(milliseconds: number, signal?: AbortSignal): Deadline {
  const controller = new AbortController()
  const end = performance.now() + milliseconds
  const timer = setTimeout(() => controller.abort(expired(milliseconds)), milliseconds)
  timer.unref()
  const cancel = (): void => controller.abort(cancelled())
  if (signal?.aborted) cancel()
  else signal?.addEventListener('abort', cancel, { once: true })
  return {
    signal: controller.signal,
    milliseconds,
    remaining: () => Math.max(0, end - performance.now()),
    end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
      cancel()
    },
  }
}

const expired = (milliseconds: number): SealwaxError =>
  new SealwaxError('SERVICE_TIMEOUT', `the time for the whole signature (${milliseconds / 1000} s) is over`)

// The caller's own reason is not passed on: it may be anything, and nothing unknown goes into a message.
const cancelled = (): SealwaxError => new SealwaxError('CANCELLED', 'signing was cancelled')
