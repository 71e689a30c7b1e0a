import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultDirectory } from '../../src/sandbox/folder.ts'
import { makeFolder, sealwax } from '../command.ts'

let folder: ReturnType<typeof makeFolder>
beforeEach(() => {
  folder = makeFolder()
})
afterEach(() => folder.remove())

test('a relative XDG_STATE_HOME counts as not set', () => {
  const usual = defaultDirectory({})
  expect(defaultDirectory({ XDG_STATE_HOME: 'state' })).toBe(usual)
  expect(defaultDirectory({ XDG_STATE_HOME: '' })).toBe(usual)
  expect(defaultDirectory({ XDG_STATE_HOME: folder.path })).toBe(join(folder.path, 'sealwax', 'sandbox'))
})

test.each([[], ['--background']])(
  'a --directory that is a file, or below one, is an error with a next step (%s)',
  async (...flags) => {
    const file = join(folder.path, 'file')
    writeFileSync(file, '')
    for (const place of [file, join(file, 'below')]) {
      const { code, stderr } = await sealwax(['sandbox', '--directory', place, ...flags])
      expect(code).toBe(1)
      expect(stderr).toMatch(
        /^Error \[FILE_UNWRITABLE\]: .*\n {2}expected: .*\n {2}found: a file\n {2}next: .*--directory\n$/,
      )
    }
  },
)
