// What is said about a file: read from a file or from standard input, within bounds.
import { SealwaxError } from '@sealwax/core/errors'

/**
 * A predicate. `custom` is wrapped as cosign does, `{ Data, Timestamp }` with the file as text; `spdx` is text; every other
 * type is a JSON object.
 * @throws INPUT_INVALID, INPUT_TOO_LARGE, FILE_NOT_FOUND
 */
export async function readPredicate(file: string, type: string): Promise<unknown> {
  const { limits, parseJson } = await import('@sealwax/core')
  const bytes = await readInput(file)
  if (type === 'custom')
    return { Data: bytes.toString('utf8'), Timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z') }
  if (type === 'spdx') return bytes.toString('utf8')
  const value = parseJson(bytes, `the predicate ${file}`, limits.payload)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new SealwaxError('INPUT_INVALID', `the predicate ${file} is no JSON object`, {
    hint: 'use --type custom for other text',
  })
}

/** A statement, checked and unchanged. @throws STATEMENT_INVALID */
export async function readStatement(file: string): Promise<Buffer> {
  const { parseStatement } = await import('@sealwax/core')
  const bytes = await readInput(file)
  parseStatement(bytes)
  return bytes
}

async function readInput(file: string): Promise<Buffer> {
  const { limits } = await import('@sealwax/core')
  const { contentOf } = await import('./content.ts')
  const content = await contentOf(file)
  if (content instanceof Uint8Array) return Buffer.from(content)
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of content) {
    size += piece.length
    if (size > limits.payload)
      throw new SealwaxError('INPUT_TOO_LARGE', `${file} is too large`, { expected: `at most ${limits.payload} bytes` })
    // Copied: the source may use its buffer again.
    pieces.push(Buffer.from(piece))
  }
  return Buffer.concat(pieces)
}
