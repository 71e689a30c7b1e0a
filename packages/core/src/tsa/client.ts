import { hash } from 'node:crypto'
import { limits } from '../limits.ts'
import { type Deadline, type Network, request, timestampNetwork } from '../net/index.ts'
import { newNonce, timestampRequest } from './request.ts'

export interface TimestampRequest {
  /** The whole address of the authority: requests go to it as it is. */
  readonly url: string
  /** What the timestamp shall cover: the bytes of a signature. */
  readonly signature: Uint8Array
  readonly deadline: Deadline
  readonly network?: Network | undefined
}

/** An authority's answer as it came (DER, RFC 3161 section 2.4.2), and the nonce that it must repeat. */
export interface TimestampAnswer {
  readonly response: Buffer
  readonly nonce: Buffer
}

/**
 * Asks a timestamp authority (RFC 3161 section 3.4, over HTTP). The answer is unchecked.
 * @throws SealwaxError `SERVICE_*`, `CANCELLED`
 */
export async function requestTimestamp({
  url,
  signature,
  deadline,
  network,
}: TimestampRequest): Promise<TimestampAnswer> {
  const nonce = newNonce()
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    accept: 'application/timestamp-reply',
    body: new Uint8Array(timestampRequest(hash('sha256', signature, 'buffer'), nonce)),
    maxBytes: limits.timestamp,
    deadline,
    network: timestampNetwork(network),
    retry: 'idempotent',
    service: 'the timestamp authority',
    plainHttp: 'any',
  })
  return { response: answer.body, nonce }
}
