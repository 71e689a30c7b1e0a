import { SealwaxError } from '../errors.ts'

/** One span of time that a whole signature shares: every request, every wait between retries. */
export interface Deadline {
  /** Aborted when the time is over or the caller cancelled; its reason is a SealwaxError. */
  readonly signal: AbortSignal
  /** The span in milliseconds, for messages. */
  readonly milliseconds: number
  /** Milliseconds that are left, 0 when it is over. */
  remaining(): number
  /** The clock stands, until `resume`: what goes on meanwhile is not the services' doing. */
  pause(): void
  resume(): void
  /** Ends it early, when the work is done or has failed: whatever still runs under it stops. */
  end(): void
}

/**
 * Starts a deadline. It never keeps the process alive by itself.
 * The signal's reason is `SERVICE_TIMEOUT`, or `CANCELLED` when `signal` was aborted by the caller.
 */
export function startDeadline(milliseconds: number, signal?: AbortSignal): Deadline {
  const controller = new AbortController()
  let left = milliseconds
  let end = 0
  let timer: NodeJS.Timeout | undefined
  const remaining = (): number => (timer === undefined ? left : Math.max(0, end - performance.now()))
  const pause = (): void => {
    left = remaining()
    clearTimeout(timer)
    timer = undefined
  }
  const resume = (): void => {
    pause()
    end = performance.now() + left
    timer = setTimeout(() => controller.abort(expired(milliseconds)), left).unref()
  }
  resume()
  const cancel = (): void => controller.abort(cancelled())
  if (signal?.aborted) cancel()
  else signal?.addEventListener('abort', cancel, { once: true })
  return {
    signal: controller.signal,
    milliseconds,
    remaining,
    pause,
    resume,
    end() {
      pause()
      signal?.removeEventListener('abort', cancel)
      cancel()
    },
  }
}

const expired = (milliseconds: number): SealwaxError =>
  new SealwaxError('SERVICE_TIMEOUT', `the time for the whole signature (${milliseconds / 1000} s) is over`)

// The caller's own reason is not passed on: it may be anything, and nothing unknown goes into a message.
const cancelled = (): SealwaxError => new SealwaxError('CANCELLED', 'signing was cancelled')
