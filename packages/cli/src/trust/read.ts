import { SealwaxError } from '@sealwax/core/errors'

/** A small file that a flag names, as text. @throws FILE_NOT_FOUND, FILE_UNREADABLE, INPUT_TOO_LARGE */
export async function readDocument(path: string): Promise<string> {
  const { fileChunks, limits } = await import('@sealwax/core')
  const pieces: Buffer[] = []
  let size = 0
  for (const piece of fileChunks(path)) {
    size += piece.length
    if (size > limits.trust)
      throw new SealwaxError('INPUT_TOO_LARGE', `${path} is too large`, { expected: `at most ${limits.trust} bytes` })
    // Copied: the source uses its buffer again.
    pieces.push(Buffer.from(piece))
  }
  return Buffer.concat(pieces).toString()
}
