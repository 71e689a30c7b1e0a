import { type Deadline, startDeadline, warm } from '../net/index.ts'
import type { SelectedServices } from '../trust/index.ts'
import type { SealerOptions } from './options.ts'

export type { Deadline }

const defaultDeadline = 120_000

/** Milliseconds that the services may take for one signature. */
export const patienceOf = ({ deadline = defaultDeadline }: SealerOptions): number => deadline

/** Runs `work` under a deadline. When it ends, well or not, whatever it left running ends too. */
export async function withDeadline<T>(options: SealerOptions, work: (deadline: Deadline) => Promise<T>): Promise<T> {
  const deadline = startDeadline(patienceOf(options), options.signal)
  try {
    return await work(deadline)
  } finally {
    deadline.end()
  }
}

/** Opens a connection to each service that will be asked. */
export function warmServices(
  { fulcio, logs, timestampAuthorities }: SelectedServices,
  keyless: boolean,
  signal?: AbortSignal,
): void {
  const origins = [...(keyless && fulcio ? [fulcio] : []), ...logs, ...timestampAuthorities]
  for (const origin of new Set(origins.map(({ url }) => new URL(url).origin))) warm(origin, signal)
}
