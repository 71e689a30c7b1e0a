import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fileChunks, hashFile, measureFile, stampOf } from '../../src/subject/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sealwax-hash-'))
afterAll(() => rmSync(folder, { recursive: true }))

const CHUNK = 256 * 1024

test.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])(
  'a file of %i bytes has its digest',
  (size) => {
    const bytes = randomBytes(size)
    const path = join(folder, `size-${size}`)
    writeFileSync(path, bytes)
    for (const algorithm of ['sha256', 'sha384', 'sha512'] as const) {
      expect(hashFile(path, algorithm)).toBe(createHash(algorithm).update(bytes).digest('hex'))
    }
    expect(Buffer.concat([...fileChunks(path)].map((chunk) => Buffer.from(chunk))).length).toBe(size)
  },
)

test('the pieces of a file are its bytes in order', () => {
  const bytes = randomBytes(2 * CHUNK + 5)
  const path = join(folder, 'pieces')
  writeFileSync(path, bytes)
  const copies: Buffer[] = []
  for (const chunk of fileChunks(path)) copies.push(Buffer.from(chunk))
  expect(Buffer.concat(copies).equals(bytes)).toBe(true)
})

test('two readings of files at the same time do not disturb each other', () => {
  const paths = ['one', 'two'].map((name) => join(folder, name))
  for (const path of paths) writeFileSync(path, path.repeat(20_000))
  const [one, two] = paths.map((path) => fileChunks(path)[Symbol.iterator]())
  const first = one?.next().value as Buffer
  const copy = Buffer.from(first)
  two?.next()
  expect(first.equals(copy)).toBe(true)
})

test('a large file is hashed in constant memory', () => {
  const path = join(folder, 'large')
  writeFileSync(path, '')
  truncateSync(path, 300 * 1024 * 1024)
  hashFile(path)
  const before = process.memoryUsage().rss
  const digest = hashFile(path)
  expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1024 * 1024)
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
})

test('a stamp changes with the bytes, also when the size stays and the time is set back', async () => {
  const { utimesSync } = await import('node:fs')
  const path = join(folder, 'stamp')
  writeFileSync(path, 'aaaa')
  utimesSync(path, 1000, 1000)
  const { stamp } = measureFile(path)
  expect(stampOf(path)).toBe(stamp)
  await new Promise((resolve) => setTimeout(resolve, 20))
  writeFileSync(path, 'bbbb')
  utimesSync(path, 1000, 1000)
  expect(stampOf(path)).not.toBe(stamp)
})

test('a file that is not there, and a folder, are errors that name the path', () => {
  const missing = join(folder, 'missing')
  expect(() => hashFile(missing)).toThrowError(
    expect.objectContaining({ code: 'FILE_NOT_FOUND', message: expect.stringContaining(missing) }),
  )
  expect(() => hashFile(folder)).toThrowError(expect.objectContaining({ code: 'FILE_UNREADABLE' }))
  expect(() => [...fileChunks(missing)]).toThrowError(expect.objectContaining({ code: 'FILE_NOT_FOUND' }))
})

test('an error of whoever consumes the pieces stays theirs', () => {
  const path = join(folder, 'consumer')
  writeFileSync(path, 'x')
  const mine = new Error('mine')
  expect(() => {
    for (const _ of fileChunks(path)) throw mine
  }).toThrow(mine)
})
