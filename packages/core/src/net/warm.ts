import { startDeadline } from './deadline.ts'
import { request } from './request.ts'

const patience = 5_000

/**
 * Opens the connection to a service before it is needed, so that the first request spends no time on names, sockets and
 * TLS. Whatever goes wrong is kept quiet: the request itself will tell. Never throws.
 */
export function warm(address: string, signal?: AbortSignal): void {
  if (!URL.canParse(address)) return
  const deadline = startDeadline(patience, signal)
  // Not HEAD: Node closes the connection after it.
  request(new URL(address).origin, {
    method: 'OPTIONS',
    maxBytes: 65_536,
    deadline,
    plainHttp: 'any',
    service: 'a service',
  })
    .catch(() => undefined)
    .finally(() => deadline.end())
}
