// The bytes of a file that is named on the command line.
import { type Content, fileChunks } from '@sealwax/core'

/** The content of a file, or of standard input for `-`, to be read once, in pieces. @throws FILE_NOT_FOUND, FILE_UNREADABLE */
export async function contentOf(file: string): Promise<Content> {
  if (file === '-') return process.stdin as AsyncIterable<Buffer>
  return fileChunks(file)
}
