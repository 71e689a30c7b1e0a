import { createReadStream } from 'node:fs'
import { looksSecret, referenceHint, shownReference } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'

/**
 * The bytes of a trust file, never more than one above `limits.trust`: enough for the parser to see that it is too large.
 * A stream, so that a pipe will do as well. `what` names the file in messages.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export async function readTrustFile(path: string, what: string): Promise<Buffer> {
  try {
    const pieces: Buffer[] = []
    for await (const piece of createReadStream(path, { end: limits.trust })) pieces.push(piece as Buffer)
    return Buffer.concat(pieces)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    const isMissing = code === 'ENOENT'
    throw new SealwaxError(
      isMissing ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE',
      `${what} ${shownReference(path)} cannot be read`,
      {
        expected: 'a file',
        found: isMissing ? 'nothing by that name' : code,
        // The system's error quotes the path.
        ...(looksSecret(path) ? { hint: referenceHint } : { cause }),
      },
    )
  }
}
