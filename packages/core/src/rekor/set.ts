import type { TransparencyLogEntry } from '@sigstore/bundle'
import { base64Encode } from '../encoding/index.ts'
import type { LogKey } from '../fulcio/index.ts'
import { isSignature } from '../keys/index.ts'

/**
 * Whether the log signed the promise to include the entry (Rekor v1's signed entry timestamp): a signature over the
 * canonical JSON of body, integrated time, log id and index.
 */
export function verifySet(entry: TransparencyLogEntry, log: LogKey): boolean {
  const promise = entry.inclusionPromise?.signedEntryTimestamp
  if (promise === undefined) return false
  // The four members in RFC 8785 order. The integers come as decimal text: through a number they would lose bits.
  const body = base64Encode(entry.canonicalizedBody)
  const logId = entry.logId.keyId.toString('hex')
  const signed = `{"body":"${body}","integratedTime":${entry.integratedTime},"logID":"${logId}","logIndex":${entry.logIndex}}`
  return isSignature(log.hash, Buffer.from(signed), log.key, promise)
}
