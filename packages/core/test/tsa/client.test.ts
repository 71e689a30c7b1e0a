import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { readDer, tags } from '../../src/encoding/index.ts'
import { startDeadline } from '../../src/net/index.ts'
import { requestTimestamp, type TimestampAnswer } from '../../src/tsa/signing.ts'
import { serve } from '../net/server.ts'

const signature = Buffer.from('the bytes of a signature')

/** Asks a server that answers `answer`; gives its request too. */
async function ask(
  answer: Buffer,
): Promise<TimestampAnswer & { body: Buffer; type?: string | undefined; path?: string | undefined }> {
  const chunks: Buffer[] = []
  const { url, requests } = await serve((request, response) => {
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => response.end(answer))
  })
  const result = await requestTimestamp({ url: `${url}/a/tsr/`, signature, deadline: startDeadline(10_000) })
  return { body: Buffer.concat(chunks), type: requests[0]?.headers['content-type'], path: requests[0]?.url, ...result }
}

test('a request is a TimeStampReq over the SHA-256 of the signature, with a nonce (RFC 3161)', async () => {
  const { body, type, path, nonce, response } = await ask(Buffer.from('answer'))
  expect(type).toBe('application/timestamp-query')
  expect(path).toBe('/a/tsr/')
  expect(response.toString()).toBe('answer')
  const [version, imprint, number, ...rest] = readDer(body).children()
  expect(version?.content.toString('hex')).toBe('01')
  const [algorithm, digest] = imprint?.children() ?? []
  expect(algorithm?.raw.toString('hex')).toBe('300d06096086480165030402010500')
  expect(digest?.content).toEqual(hash('sha256', signature, 'buffer'))
  expect(number?.tag).toBe(tags.integer)
  expect(number?.content).toEqual(nonce)
  expect(nonce).toHaveLength(8)
  expect(rest).toEqual([])
})

test('each request has a nonce of its own', async () => {
  const [first, second] = [await ask(Buffer.of(1)), await ask(Buffer.of(1))]
  expect(first.nonce.equals(second.nonce)).toBe(false)
})

test('an answer larger than any timestamp is not read', async () => {
  await expect(ask(Buffer.alloc(100_000))).rejects.toMatchObject({ code: 'SERVICE_ANSWER_INVALID' })
})
