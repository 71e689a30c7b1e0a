import { fork } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isTemporaryName, writeAtomically } from '../../src/subject/index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealwax-write-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a file is written, and written over', () => {
  const path = join(folder, 'a.json')
  writeAtomically(path, 'one')
  writeAtomically(path, Buffer.from('two'))
  expect(readFileSync(path, 'utf8')).toBe('two')
  expect(readdirSync(folder)).toEqual(['a.json'])
})

test('a file that is there stays when it must not be overwritten', () => {
  const path = join(folder, 'a.json')
  writeAtomically(path, 'one', { overwrite: false })
  expect(() => writeAtomically(path, 'two', { overwrite: false })).toThrowError(
    expect.objectContaining({ code: 'FILE_EXISTS', message: expect.stringContaining(path) }),
  )
  expect(readFileSync(path, 'utf8')).toBe('one')
  expect(readdirSync(folder)).toEqual(['a.json'])
})

test('what cannot be written leaves nothing behind', () => {
  mkdirSync(join(folder, 'taken', 'x'), { recursive: true })
  expect(() => writeAtomically(join(folder, 'taken'), 'x')).toThrowError(
    expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
  )
  expect(() => writeAtomically(join(folder, 'no', 'a'), 'x')).toThrowError(
    expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
  )
  expect(readdirSync(folder)).toEqual(['taken'])
})

test('the old file survives when the new one cannot be written', (context) => {
  const path = join(folder, 'a.json')
  writeFileSync(path, 'old')
  chmodSync(folder, 0o555)
  try {
    writeFileSync(join(folder, 'probe'), '')
    chmodSync(folder, 0o755)
    return context.skip('permissions do not hold this user (root, or Windows)')
  } catch {
    expect(() => writeAtomically(path, 'new')).toThrowError(expect.objectContaining({ code: 'FILE_UNWRITABLE' }))
    expect(readFileSync(path, 'utf8')).toBe('old')
  } finally {
    chmodSync(folder, 0o755)
  }
})

test.skipIf(process.platform === 'win32')('the mode is that of the new file (not on Windows, which has none)', () => {
  const path = join(folder, 'key')
  writeAtomically(path, 'x', { mode: 0o600 })
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a process killed at any moment leaves the old file or the new one, never a part', async () => {
  const path = join(folder, 'big.json')
  const size = 8 * 1024 * 1024
  const kills = 12
  for (let round = 0; round < kills; round++) {
    const child = fork(new URL('write-child.ts', import.meta.url), [path, String(size)], { execArgv: [] })
    await new Promise((resolve) => child.once('message', resolve))
    await new Promise((resolve) => setTimeout(resolve, round * 3))
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    if (!existsSync(path)) continue
    const bytes = readFileSync(path)
    expect(bytes.length).toBe(size)
    expect(bytes.every((byte) => byte === bytes[0])).toBe(true)
  }
  const leftovers = readdirSync(folder).filter((name) => name !== 'big.json')
  expect(leftovers.every((name) => isTemporaryName(name, 'big.json'))).toBe(true)
  expect(leftovers.length).toBeGreaterThan(0)
}, 30_000)
