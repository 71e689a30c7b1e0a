import { createHash, hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs'
import { SealwaxError } from '../errors.ts'
import { fileError } from './file-error.ts'

/** The hash functions that a subject may carry. */
export type HashName = 'sha256' | 'sha384' | 'sha512'

/** A file's digest, and what its directory entry said when it was read: enough to see later that it was changed. */
export interface Measured {
  /** Lower-case hexadecimal. */
  readonly digest: string
  readonly stamp: string
}

const CHUNK = 256 * 1024

// Opening a named pipe otherwise waits for somebody who writes to it. Windows has neither the pipe nor the flag.
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

let reused: Buffer | undefined

/**
 * The digest of a file, as lower-case hexadecimal. Synchronous on purpose: one reused buffer and no promise per chunk is
 * ten times faster than a stream on small files, and memory stays constant on large ones.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export function hashFile(path: string, algorithm: HashName = 'sha256'): string {
  return measureFile(path, algorithm).digest
}

/** The digest of bytes at hand, as lower-case hexadecimal. */
export function hashBytes(bytes: Uint8Array | string, algorithm: HashName = 'sha256'): string {
  return hash(algorithm, bytes, 'hex')
}

/**
 * {@link hashFile} with the file's stamp, taken before the first byte is read: a write during the reading changes it.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export function measureFile(path: string, algorithm: HashName = 'sha256'): Measured {
  const steps = measureSteps(path, algorithm)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * {@link measureFile} in steps of some 10 ms, between which a large file lets others have a turn.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export function* measureSteps(path: string, algorithm: HashName = 'sha256'): Generator<void, Measured> {
  try {
    const file = openSync(path, READ)
    try {
      const status = regular(fstatSync(file))
      return { digest: yield* hashSteps(file, status.size, algorithm), stamp: stamp(status) }
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw fileError(cause, 'read', path)
  }
}

/** Chunks after which a large file lets others have a turn: 16 MB, some 10 ms. */
const STRIDE = 64

function* hashSteps(file: number, size: number, algorithm: HashName): Generator<void, string> {
  // Between two steps somebody else may hash a file too, so a large one has a buffer of its own.
  const buffer = size > CHUNK * STRIDE ? Buffer.allocUnsafeSlow(CHUNK) : (reused ??= Buffer.allocUnsafeSlow(CHUNK))
  let count = readSync(file, buffer, 0, CHUNK, null)
  // The whole file is in the buffer: one call, without the cost of a hash object.
  if (count === size && count < CHUNK) return hash(algorithm, buffer.subarray(0, count), 'hex')
  const running = createHash(algorithm)
  for (let chunk = 1; count > 0; chunk++) {
    running.update(buffer.subarray(0, count))
    if (chunk % STRIDE === 0 && size > CHUNK * STRIDE) yield
    count = readSync(file, buffer, 0, CHUNK, null)
  }
  return running.digest('hex')
}

/**
 * A file's bytes, piece by piece and in order. Every piece lies in the same buffer: use it before asking for the next.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export function* fileChunks(path: string): Generator<Buffer, void, undefined> {
  let file: number | undefined
  try {
    file = openSync(path, READ)
    regular(fstatSync(file))
    const buffer = Buffer.allocUnsafeSlow(CHUNK)
    for (let count = read(file, buffer); count > 0; count = read(file, buffer)) yield buffer.subarray(0, count)
  } catch (cause) {
    throw fileError(cause, 'read', path)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/**
 * A file's bytes at once, when it is a file and not larger than `most`.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `INPUT_TOO_LARGE`
 */
export function readBounded(path: string, most: number): Buffer {
  try {
    const file = openSync(path, READ)
    try {
      const { size } = regular(fstatSync(file))
      if (size <= most) return readFileSync(file)
      throw new SealwaxError('INPUT_TOO_LARGE', `${path} is too large`, {
        expected: `at most ${most} bytes`,
        found: `${size} bytes`,
      })
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw fileError(cause, 'read', path)
  }
}

function read(file: number, buffer: Buffer): number {
  return readSync(file, buffer, 0, buffer.length, null)
}

// A device or a pipe has no end that could be waited for.
function regular(status: Stats): Stats {
  if (status.isFile()) return status
  throw Object.assign(new Error('not a regular file'), { code: status.isDirectory() ? 'EISDIR' : 'ENOTREG' })
}

/**
 * What changes when a file is written: size, modification time, and the change time, which no program can set back.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export function stampOf(path: string): string {
  try {
    return stamp(statSync(path))
  } catch (cause) {
    throw fileError(cause, 'read', path)
  }
}

function stamp({ size, mtimeMs, ctimeMs }: Stats): string {
  return `${size}:${mtimeMs}:${ctimeMs}`
}
