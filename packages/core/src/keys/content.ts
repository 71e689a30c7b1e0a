import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'

/** Bytes to sign: in memory, or in pieces that are read once, in order. A piece is used up before the next is asked for. */
export type Content = Uint8Array | Pieces

export type Pieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/**
 * Uses each piece before the next is asked for. Pieces at hand are walked without a turn of the event loop each: a large
 * file is thousands of them.
 */
export async function forEachPiece(content: Pieces, use: (piece: Uint8Array) => void): Promise<void> {
  if (Symbol.iterator in content) for (const piece of content) use(piece)
  else for await (const piece of content) use(piece)
}

/** A message while it is being gathered. */
interface WholeMessage {
  readonly add: (piece: Uint8Array) => void
  readonly bytes: () => Buffer
}

/**
 * Gathers a message that must be at hand as a whole: Ed25519 reads it twice (RFC 8032 section 5.1.6). Pieces are copied,
 * for the source may use its buffer again.
 */
export function wholeMessage(): WholeMessage {
  const pieces: Buffer[] = []
  let size = 0
  return {
    add: (piece) => {
      size += piece.byteLength
      if (size > limits.wholeMessage)
        throw new SealwaxError('INPUT_TOO_LARGE', 'the content is too large for an Ed25519 key', {
          expected: `at most ${limits.wholeMessage} bytes, because Ed25519 needs the whole message in memory`,
          found: `at least ${size} bytes`,
          hint: 'use a P-256 key, or sign a checksum file instead',
        })
      pieces.push(Buffer.from(piece))
    },
    bytes: () => Buffer.concat(pieces),
  }
}
