import type { Secret } from '../keys/signing.ts'
import { limits } from '../limits.ts'
import { type Network, request, startDeadline } from '../net/index.ts'

export type { Network }

/** Asks a CI service for a token, with the permission that it gave to the job. */
export async function requestToken(
  url: string,
  permission: Secret,
  {
    fetchDeadline = 30_000,
    signal,
    network,
  }: { readonly fetchDeadline?: number; readonly signal?: AbortSignal; readonly network?: Network },
): Promise<Buffer> {
  const deadline = startDeadline(fetchDeadline, signal)
  try {
    const { body } = await request(url, {
      headers: { authorization: `bearer ${permission.expose()}` },
      accept: 'application/json',
      maxBytes: limits.token,
      retry: 'idempotent',
      deadline,
      ...(network && { network }),
      service: 'the GitHub Actions identity service',
      secrets: [permission],
    })
    return body
  } finally {
    deadline.end()
  }
}
