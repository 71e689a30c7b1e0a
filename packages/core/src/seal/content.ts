import { SealwaxError } from '../errors.ts'
import type { Content } from '../keys/signing.ts'
import { limits } from '../limits.ts'

/** Content as one piece in memory, up to `limits.wholeMessage`. */
export async function readWhole(content: Content): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of content) {
    size += piece.byteLength
    if (size > limits.wholeMessage)
      throw new SealwaxError('INPUT_TOO_LARGE', 'the content is too large for an Ed25519 key', {
        expected: `at most ${limits.wholeMessage} bytes, because Ed25519 needs the whole content in memory`,
        hint: 'sign with a P-256 key',
      })
    // A copy: the source may use its buffer again.
    pieces.push(Buffer.from(piece))
  }
  return Buffer.concat(pieces)
}
