import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeKeyPair } from '../../src/keys/signing.ts'

const pair = { privatePem: 'private\n', publicPem: 'public\n' }
let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sealwax-pair-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const path = (name: string): string => join(folder, name)

test('a pair is written whole, with nothing left beside it', async () => {
  const paths = await writeKeyPair(path('cosign'), pair)
  expect(paths).toEqual({ privatePath: path('cosign.key'), publicPath: path('cosign.pub') })
  expect(readFileSync(path('cosign.key'), 'utf8')).toBe('private\n')
  expect(readFileSync(path('cosign.pub'), 'utf8')).toBe('public\n')
  expect(readdirSync(folder).sort()).toEqual(['cosign.key', 'cosign.pub'])
})

test.skipIf(process.platform === 'win32')(
  'the private key is for its owner alone (not on Windows: no such modes)',
  async () => {
    await writeKeyPair(path('cosign'), pair)
    expect(statSync(path('cosign.key')).mode & 0o777).toBe(0o600)
    expect(statSync(path('cosign.pub')).mode & 0o777).toBe(0o644 & ~process.umask())
  },
)

test.each(['cosign.key', 'cosign.pub'])('an existing %s is never replaced without consent', async (name) => {
  writeFileSync(path(name), 'old')
  const refused = { code: 'FILE_EXISTS', message: `${path(name)} exists already` }
  await expect(writeKeyPair(path('cosign'), pair)).rejects.toMatchObject(refused)
  expect(readdirSync(folder)).toEqual([name])
  expect(readFileSync(path(name), 'utf8')).toBe('old')
})

test('with consent both files are replaced', async () => {
  writeFileSync(path('cosign.key'), 'old', { mode: 0o666 })
  writeFileSync(path('cosign.pub'), 'old')
  await writeKeyPair(path('cosign'), pair, { overwrite: true })
  expect(readFileSync(path('cosign.key'), 'utf8')).toBe('private\n')
  expect(readFileSync(path('cosign.pub'), 'utf8')).toBe('public\n')
  if (process.platform !== 'win32') expect(statSync(path('cosign.key')).mode & 0o777).toBe(0o600)
})

test('of two that write at once, one wins with both files and the other is refused', async () => {
  const other = { privatePem: 'private 2\n', publicPem: 'public 2\n' }
  const results = await Promise.allSettled([writeKeyPair(path('cosign'), pair), writeKeyPair(path('cosign'), other)])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const winner = results[0]?.status === 'fulfilled' ? pair : other
  expect(readFileSync(path('cosign.key'), 'utf8')).toBe(winner.privatePem)
  expect(readFileSync(path('cosign.pub'), 'utf8')).toBe(winner.publicPem)
})

test('a folder that is not there is named, and nothing is made', async () => {
  const prefix = join(folder, 'none', 'cosign')
  await expect(writeKeyPair(prefix, pair)).rejects.toMatchObject({ code: expect.stringMatching(/^FILE_/) })
  expect(existsSync(join(folder, 'none'))).toBe(false)
})

/** A pair during whose writing another process takes the name of the public file. */
const disturbed = {
  ...pair,
  get publicPem(): string {
    mkdirSync(path('cosign.pub'))
    return 'public\n'
  },
}

test('a public file that cannot be written leaves no private one behind', async () => {
  await expect(writeKeyPair(path('cosign'), disturbed)).rejects.toMatchObject({ code: 'FILE_EXISTS' })
  expect(readdirSync(folder)).toEqual(['cosign.pub'])
})

test('a private key that was replaced by consent stays', async () => {
  writeFileSync(path('cosign.key'), 'old')
  const failed = writeKeyPair(path('cosign'), disturbed, { overwrite: true })
  await expect(failed).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
  expect(readFileSync(path('cosign.key'), 'utf8')).toBe('private\n')
})

test.skipIf(process.platform === 'win32')(
  'a link that leads nowhere is not replaced (not on Windows: links need rights)',
  async () => {
    symlinkSync(path('nowhere'), path('cosign.key'))
    await expect(writeKeyPair(path('cosign'), pair)).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect(readdirSync(folder)).toEqual(['cosign.key'])
  },
)
