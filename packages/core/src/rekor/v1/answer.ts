import type { TransparencyLogEntry } from '@sigstore/bundle'
import { messageReader, parseJson } from '../../encoding/index.ts'
import { SealwaxError } from '../../errors.ts'
import { limits } from '../../limits.ts'

const read = messageReader('SERVICE_ANSWER_INVALID', "Rekor's answer")
const uuid = /^(?:[0-9a-f]{16})?[0-9a-f]{64}$/

/**
 * The one entry of a log's answer (Rekor's openapi.yaml, `LogEntry`), in the form that bundles carry. Only the shape is
 * checked here.
 * @throws SealwaxError `SERVICE_ANSWER_INVALID`
 */
export function logEntry(answer: Buffer): TransparencyLogEntry {
  const named = parse(answer)
  const [name, ...more] = Object.keys(named)
  if (name === undefined || more.length > 0 || !uuid.test(name))
    throw read.fail('the answer', 'one entry under its UUID', name === undefined ? 'none' : 'something else')
  const entry = read.object(named[name], 'entry', [
    'attestation',
    'body',
    'integratedTime',
    'logID',
    'logIndex',
    'verification',
  ])
  const verification = read.object(entry['verification'], 'verification', ['inclusionProof', 'signedEntryTimestamp'])
  const canonicalizedBody = read.bytes(entry['body'], 'body')
  return {
    logIndex: read.integer(entry['logIndex'], 'logIndex'),
    logId: { keyId: read.hex(entry['logID'], 'logID') },
    kindVersion: kindOf(canonicalizedBody),
    integratedTime: read.integer(entry['integratedTime'], 'integratedTime'),
    inclusionPromise: {
      signedEntryTimestamp: read.bytes(verification['signedEntryTimestamp'], 'signedEntryTimestamp'),
    },
    inclusionProof: proofOf(verification['inclusionProof']),
    canonicalizedBody,
  }
}

function parse(answer: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = parseJson(answer, "Rekor's answer", limits.answer)
  } catch {
    throw read.fail('the answer', 'JSON', `${answer.length} bytes that are none`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw read.fail('the answer', 'an object', 'another value')
}

function kindOf(body: Buffer): { kind: string; version: string } {
  const { kind, apiVersion } = parse(body)
  return { kind: read.text(kind, 'body.kind'), version: read.text(apiVersion, 'body.apiVersion') }
}

function proofOf(value: unknown): NonNullable<TransparencyLogEntry['inclusionProof']> {
  const at = 'inclusionProof'
  const proof = read.object(value, at, ['checkpoint', 'hashes', 'logIndex', 'rootHash', 'treeSize'])
  return {
    // Counted within the log's present shard, unlike the entry's own index.
    logIndex: read.integer(proof['logIndex'], `${at}.logIndex`),
    rootHash: read.hex(proof['rootHash'], `${at}.rootHash`),
    treeSize: read.integer(proof['treeSize'], `${at}.treeSize`),
    hashes: read
      .list(proof['hashes'], `${at}.hashes`, limits.proofHashes)
      .map((hash) => read.hex(hash, `${at}.hashes`)),
    checkpoint: { envelope: read.text(proof['checkpoint'], `${at}.checkpoint`) },
  }
}

/**
 * The name of the entry that stands in the way of a new one. Only the name is taken from the answer, never the address:
 * the log does not choose where the next request goes.
 * @throws SealwaxError `SERVICE_ANSWER_INVALID`
 */
export function uuidIn(headers: Readonly<Record<string, unknown>>, body: Buffer): string {
  const location = String(headers['location']).split('/').at(-1) ?? ''
  const found = uuid.test(location) ? location : /\b(?:[0-9a-f]{16})?[0-9a-f]{64}\b/.exec(body.toString('latin1'))?.[0]
  if (found !== undefined) return found
  throw new SealwaxError('SERVICE_ANSWER_INVALID', 'Rekor has an equal entry already but does not name it', {
    expected: 'a Location header that ends with the UUID of the entry',
    found: 'none',
  })
}
