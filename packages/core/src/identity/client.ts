import type { Secret } from '../keys/signing.ts'
import { limits } from '../limits.ts'
import { request, startDeadline } from '../net/index.ts'

/** Asks a CI service for a token, with the permission that it gave to the job. */
export async function requestToken(
  url: string,
  permission: Secret,
  { fetchDeadline = 30_000, signal }: { readonly fetchDeadline?: number; readonly signal?: AbortSignal },
): Promise<Buffer> {
  const deadline = startDeadline(fetchDeadline, signal)
  try {
    const { body } = await request(url, {
      headers: { authorization: `bearer ${permission.expose()}` },
      accept: 'application/json',
      maxBytes: limits.token,
      retry: 'idempotent',
      deadline,
      service: 'the GitHub Actions identity service',
      secrets: [permission],
    })
    return body
  } finally {
    deadline.end()
  }
}
