import { fileChunks } from '@sealwax/core'
import { SealwaxError } from '@sealwax/core/errors'

/** A file at once, when it is not larger than `most` bytes. @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `INPUT_TOO_LARGE` */
export function readSmall(path: string, most: number): Buffer {
  const pieces: Buffer[] = []
  let size = 0
  for (const piece of fileChunks(path)) {
    size += piece.length
    if (size > most)
      throw new SealwaxError('INPUT_TOO_LARGE', `${path} is too large`, { expected: `at most ${most} bytes` })
    // A copy: the next piece will lie in the same buffer.
    pieces.push(Buffer.from(piece))
  }
  return Buffer.concat(pieces)
}
