import type { Deadline } from './client.ts'
import type { Patience } from './options.ts'

export interface Waiting {
  readonly patience: Patience
  /** Waits under a deadline, which stands and goes on with those of all others who wait. */
  wait<T>(deadline: Deadline, work: () => Promise<T>): Promise<T>
}

/** Signatures at the same time share one identity: the consent that one asks for is waited for by all. */
export function openWaiting(): Waiting {
  const deadlines = new Set<Deadline>()
  let isPaused = false
  const patience: Patience = {
    remaining: () => Math.min(...[...deadlines].map((deadline) => deadline.remaining())),
    pause() {
      isPaused = true
      for (const deadline of deadlines) deadline.pause()
    },
    resume() {
      isPaused = false
      for (const deadline of deadlines) deadline.resume()
    },
  }
  return {
    patience,
    async wait(deadline, work) {
      deadlines.add(deadline)
      if (isPaused) deadline.pause()
      try {
        return await work()
      } finally {
        deadlines.delete(deadline)
        if (isPaused) deadline.resume()
      }
    },
  }
}
