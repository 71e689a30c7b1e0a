import { isSealwaxError, SealwaxError } from '../errors.ts'
import {
  askTime,
  type Deadline,
  type Network,
  openNetwork,
  startDeadline,
  timestampNetwork,
  warm,
} from '../net/index.ts'
import type { SelectedServices } from '../trust/index.ts'
import type { SealerOptions } from './options.ts'

export { type Deadline, type Network, openNetwork }

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
  network: Network,
  signal?: AbortSignal,
): void {
  const services = [...(keyless && fulcio ? [fulcio] : []), ...logs]
  const origins = (urls: typeof logs): Set<string> => new Set(urls.map(({ url }) => new URL(url).origin))
  const isShared = timestampNetwork(network) === network
  const [most, rest] = isShared ? [[...services, ...timestampAuthorities], []] : [services, timestampAuthorities]
  for (const origin of origins(most)) void warm(origin, network, signal)
  for (const origin of origins(rest)) void warm(origin, timestampNetwork(network), signal)
}

/**
 * An error as it was, and in its hint whose clock is wrong, where the answers so far tell of one. An expired token can be
 * the work of our own clock: without any answer yet, the certificate authority is asked for the time.
 */
export async function withClock(error: unknown, { services, network }: SealerOptions): Promise<unknown> {
  if (!isSealwaxError(error) || network === undefined || error.code === 'CANCELLED') return error
  if (error.code === 'TOKEN_EXPIRED' && services.fulcio && network.clocks.isSilent())
    await askTime(services.fulcio.url, 'Fulcio', network)
  const advice = network.clocks.advice()
  if (advice === undefined) return error
  const { code, message, expected, found, hint, cause } = error
  return new SealwaxError(code, message, {
    expected,
    found,
    hint: hint === undefined ? advice : `${advice}; ${hint}`,
    cause,
  })
}
