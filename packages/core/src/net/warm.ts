import { startDeadline } from './deadline.ts'
import type { Network } from './network.ts'
import { request } from './request.ts'

const patience = 5_000

/**
 * Opens the connection to a service before it is needed, so that the first request spends no time on names, sockets and
 * TLS. Whatever goes wrong is kept quiet: the request itself will tell. Never rejects.
 */
export function warm(address: string, network?: Network, signal?: AbortSignal): Promise<void> {
  return URL.canParse(address) ? knock(new URL(address).origin, '', network, signal) : Promise.resolve()
}

/** Has a service tell the time (`Network.clocks`), whatever else it answers. Never rejects. */
export function askTime(address: string, service: string, network: Network): Promise<void> {
  return knock(address, service, network)
}

async function knock(address: string, service: string, network?: Network, signal?: AbortSignal): Promise<void> {
  const deadline = startDeadline(patience, signal)
  // Not HEAD: Node closes the connection after it.
  const options = { method: 'OPTIONS', maxBytes: 65_536, deadline, plainHttp: 'any', service } as const
  await request(address, { ...options, ...(network && { network }) })
    .catch(() => undefined)
    .finally(() => deadline.end())
}
