import type { TransparencyLogEntry } from '@sigstore/bundle'
import type { MessageReader } from '../encoding/index.ts'
import { limits } from '../limits.ts'
import type { BundleVersion } from './media-type.ts'

const names = [
  'logIndex',
  'logId',
  'kindVersion',
  'integratedTime',
  'inclusionPromise',
  'inclusionProof',
  'canonicalizedBody',
]

/** One log entry (sigstore_rekor.proto). Which witness it must bring depends on the version of the bundle around it. */
export function readEntry(
  read: MessageReader,
  value: unknown,
  at: string,
  version: BundleVersion,
): TransparencyLogEntry {
  const entry = read.object(value, at, names)
  const logId = read.object(entry['logId'], `${at}.logId`, ['keyId'])
  const kind = read.object(entry['kindVersion'], `${at}.kindVersion`, ['kind', 'version'])
  const promise = read.optional(entry['inclusionPromise'], `${at}.inclusionPromise`, ['signedEntryTimestamp'])
  const inclusionProof = readProof(read, entry['inclusionProof'], `${at}.inclusionProof`)
  if (version === '0.1' && promise === undefined) throw read.fail(at, 'an inclusion promise in version 0.1', 'none')
  if (version !== '0.1' && inclusionProof === undefined)
    throw read.fail(at, `an inclusion proof in version ${version}`, 'none')
  const canonicalizedBody = read.bytes(entry['canonicalizedBody'], `${at}.canonicalizedBody`)
  if (canonicalizedBody.length === 0) throw read.fail(`${at}.canonicalizedBody`, 'the logged entry', 'nothing')
  return {
    logIndex: read.integer(entry['logIndex'], `${at}.logIndex`),
    logId: { keyId: read.bytes(logId['keyId'], `${at}.logId.keyId`) },
    kindVersion: {
      kind: read.text(kind['kind'], `${at}.kindVersion.kind`),
      version: read.text(kind['version'], `${at}.kindVersion.version`),
    },
    integratedTime: read.integer(entry['integratedTime'], `${at}.integratedTime`),
    inclusionPromise:
      promise === undefined
        ? undefined
        : { signedEntryTimestamp: read.bytes(promise['signedEntryTimestamp'], `${at}.inclusionPromise`) },
    inclusionProof,
    canonicalizedBody,
  }
}

function readProof(read: MessageReader, value: unknown, at: string): TransparencyLogEntry['inclusionProof'] {
  const proof = read.optional(value, at, ['logIndex', 'rootHash', 'treeSize', 'hashes', 'checkpoint'])
  if (proof === undefined) return undefined
  // A proof leads to a root hash; without the log's signature over that root it proves nothing.
  const checkpoint = read.object(proof['checkpoint'], `${at}.checkpoint`, ['envelope'])
  const envelope = read.text(checkpoint['envelope'], `${at}.checkpoint.envelope`)
  if (envelope === '') throw read.fail(`${at}.checkpoint`, 'a signed checkpoint', 'nothing')
  if (envelope.length > limits.checkpoint)
    throw read.fail(`${at}.checkpoint`, `at most ${limits.checkpoint} characters`, `${envelope.length}`)
  return {
    logIndex: read.integer(proof['logIndex'], `${at}.logIndex`),
    rootHash: read.bytes(proof['rootHash'], `${at}.rootHash`),
    treeSize: read.integer(proof['treeSize'], `${at}.treeSize`),
    hashes: read
      .list(proof['hashes'], `${at}.hashes`, limits.proofHashes)
      .map((hash, index) => read.bytes(hash, `${at}.hashes[${index}]`)),
    checkpoint: { envelope },
  }
}
