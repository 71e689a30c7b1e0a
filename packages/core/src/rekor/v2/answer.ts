import type { TransparencyLogEntry } from '@sigstore/bundle'
import { messageReader, parseJson } from '../../encoding/index.ts'
import { SealwaxError } from '../../errors.ts'
import { limits } from '../../limits.ts'
import type { IncomingHttpHeaders } from 'node:http'

const read = messageReader('SERVICE_ANSWER_INVALID', "Rekor's answer")

/** An entry of which the log's id may be missing: rekor-tiles will leave it out, a checkpoint's key names the log too. */
export type AnsweredEntry = Omit<TransparencyLogEntry, 'logId'> & Partial<Pick<TransparencyLogEntry, 'logId'>>

/**
 * The answer of the log at the address `log` to a new entry (sigstore_rekor.proto, TransparencyLogEntry). It must be about exactly what was sent; whether
 * the log signed it is checked by whoever knows the log.
 * @throws SealwaxError `SERVICE_ANSWER_INVALID`
 */
export function recordIn(answer: Buffer, body: Buffer, log: string): AnsweredEntry {
  const entry = read.object(parse(answer), 'the entry', [
    'logIndex',
    'logId',
    'kindVersion',
    'integratedTime',
    'inclusionPromise',
    'inclusionProof',
    'canonicalizedBody',
  ])
  const canonicalizedBody = read.bytes(entry['canonicalizedBody'], 'canonicalizedBody')
  if (!canonicalizedBody.equals(body))
    throw new SealwaxError('SERVICE_ANSWER_INVALID', `the answer of Rekor at ${log} is the entry of something else`, {
      expected: 'the entry that was sent, in canonical JSON',
      found: `${canonicalizedBody.length} other bytes`,
      hint: wrongEntry,
    })
  const logId = read.optional(entry['logId'], 'logId', ['keyId'])
  return {
    logIndex: read.integer(entry['logIndex'], 'logIndex'),
    ...(logId && { logId: { keyId: read.bytes(logId['keyId'], 'logId.keyId') } }),
    kindVersion: record,
    // A log of this version tells no time of its own and promises nothing: it answers when the entry is in the tree.
    integratedTime: '0',
    inclusionPromise: undefined,
    inclusionProof: proofOf(entry['inclusionProof']),
    canonicalizedBody,
  }
}

/** What to do when a log names another entry than the one that it was sent. */
export const wrongEntry =
  'try again; should it stay so, tell whoever runs that log, and sign with a signing config that names another one'

/** Kind and version of every entry here. */
export const record: TransparencyLogEntry['kindVersion'] = { kind: 'hashedrekord', version: '0.0.2' }

function proofOf(value: unknown): TransparencyLogEntry['inclusionProof'] {
  const at = 'inclusionProof'
  const proof = read.object(value, at, ['checkpoint', 'hashes', 'logIndex', 'rootHash', 'treeSize'])
  const checkpoint = read.object(proof['checkpoint'], `${at}.checkpoint`, ['envelope'])
  return {
    logIndex: read.integer(proof['logIndex'], `${at}.logIndex`),
    rootHash: read.bytes(proof['rootHash'], `${at}.rootHash`),
    treeSize: read.integer(proof['treeSize'], `${at}.treeSize`),
    hashes: read
      .list(proof['hashes'], `${at}.hashes`, limits.proofHashes)
      .map((hash) => read.bytes(hash, `${at}.hashes`)),
    checkpoint: { envelope: read.text(checkpoint['envelope'], `${at}.checkpoint.envelope`) },
  }
}

function parse(answer: Buffer): unknown {
  try {
    return parseJson(answer, "Rekor's answer", limits.answer)
  } catch {
    throw read.fail('the answer', 'JSON', `${answer.length} bytes that are none`)
  }
}

/**
 * The place of the entry that stands in the way of a new one: in the header `x-log-index`, or in the message.
 * @throws SealwaxError `SERVICE_ANSWER_INVALID`
 */
export function indexIn({ headers, body }: { headers: IncomingHttpHeaders; body: Buffer }): bigint {
  const text = String(headers['x-log-index'] ?? '')
  const found = /^\d{1,18}$/.exec(text)?.[0] ?? /with index (\d{1,18})\b/.exec(body.toString('latin1'))?.[1]
  if (found !== undefined) return BigInt(found)
  throw new SealwaxError('SERVICE_ANSWER_INVALID', 'Rekor has an equal entry already but does not say where', {
    expected: 'the header x-log-index',
    found: 'none',
  })
}
