import type { TransparencyLogEntry } from '@sigstore/bundle'
import { type Deadline, type Network, request, type RequestOptions } from '../../net/index.ts'
import { logEntry, uuidIn } from './answer.ts'
import type { ProposedEntry } from './proposal.ts'

export interface EntryRequest {
  /** The base address of the log. */
  readonly url: string
  readonly proposed: ProposedEntry
  readonly deadline: Deadline
  readonly network?: Network | undefined
}

/**
 * Logs an entry and returns it as a bundle carries it, unchecked. Where the log has an equal entry already (409: a retry
 * after a lost answer, or the same signature logged before), that one is fetched and returned.
 * @throws SealwaxError `SERVICE_*`, `CANCELLED`
 */
export async function createEntry({ url, proposed, deadline, network }: EntryRequest): Promise<TransparencyLogEntry> {
  const entries = `${url.replace(/\/+$/, '')}/api/v1/log/entries`
  const common: RequestOptions = {
    accept: 'application/json',
    deadline,
    ...(network && { network }),
    // Logging twice makes one entry: the second attempt is told of the first.
    retry: 'idempotent',
    service: 'Rekor',
    plainHttp: 'any',
  }
  const answer = await request(entries, {
    ...common,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(proposed),
    expect: [409],
  })
  if (answer.status !== 409) return logEntry(answer.body)
  // The entry may be queued but not yet part of the tree: for a moment the log then knows its name only.
  const existing = await request(`${entries}/${uuidIn(answer.headers, answer.body)}`, { ...common, retryOn: [404] })
  return logEntry(existing.body)
}
