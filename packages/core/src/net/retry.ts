import type { IncomingHttpHeaders } from 'node:http'

const first = 250
const longest = 8_000

/** Milliseconds of back-off after this attempt, with jitter: builds that failed together must not come back together. */
export function backOff(attempt: number): number {
  const ceiling = Math.min(longest, first * 2 ** (attempt - 1))
  return ceiling / 2 + (Math.random() * ceiling) / 2
}

/** The service's own wish in milliseconds, from seconds or a date (RFC 9110 section 10.2.3); undefined without one. */
export function retryAfter(headers: IncomingHttpHeaders): number | undefined {
  const value = headers['retry-after']?.trim()
  if (!value) return undefined
  const wish = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  // A little jitter on top: everyone who was refused got the same wish.
  return Number.isFinite(wish) ? Math.max(0, wish) + Math.random() * 250 : undefined
}
