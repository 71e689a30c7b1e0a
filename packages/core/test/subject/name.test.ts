import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkName } from '../../src/subject/index.ts'

describe('a subject name', () => {
  test.each([
    'index.html',
    'assets/app-3f2.js',
    'a b/c d.txt',
    'ünïcode/ファイル.js',
    '.well-known/x',
    'a..b',
    '...x',
    'Readme',
    'con-text.js',
    'console.js',
    'com.js',
    'com10',
    'nullable.txt',
  ])('%j is accepted', (name) => expect(checkName(name)).toBe(name))

  test.each([
    ['', 'an empty name'],
    ['../x', '".."'],
    ['a/../b', '".."'],
    ['./a', '"."'],
    ['a/./b', '"."'],
    ['a//b', '""'],
    ['a/', '""'],
    ['/etc/passwd', 'an absolute path'],
    ['C:/x', 'a colon'],
    ['c:x', 'a colon'],
    ['index.html:hidden', 'a colon'],
    ['CON', 'a device'],
    ['assets/nul.js', 'a device'],
    ['aux/x', 'a device'],
    ['Com1.tar.gz', 'a device'],
    ['lpt\u00b2', 'a device'],
    ['prn .txt', 'a device'],
    ['a\\b', 'a backslash'],
    ['..\\x', 'a backslash'],
    ['a\nb', 'a control character'],
    ['a\0b', 'a control character'],
    ['a\u0085b', 'a control character'],
    ['\u001b[31mred', 'a control character'],
    ['a\ufffdb', 'not Unicode'],
    ['a\ud800b', 'not Unicode'],
    ['name.', '"name."'],
    ['folder /x', '"folder "'],
  ])('%j is refused', (name, found) => {
    expect(() => checkName(name)).toThrowError(
      expect.objectContaining({ code: 'SUBJECT_INVALID', found: expect.stringContaining(found) }),
    )
  })

  test('of more characters than any file system takes is refused', () => {
    expect(() => checkName('x'.repeat(5000))).toThrowError(expect.objectContaining({ found: '5000 characters' }))
  })

  test('no accepted name leaves the folder that it is joined to', async () => {
    const { posix, win32 } = await import('node:path')
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', 'a', 'NUL', 'C:', '\\', '/', ' ', '')), (parts) => {
        const name = parts.join(parts.length % 2 === 0 ? '/' : '')
        try {
          checkName(name)
        } catch {
          return
        }
        expect(posix.resolve('/root', name)).toBe(`/root/${name}`)
        expect(win32.resolve('D:\\root', name)).toBe(`D:\\root\\${name.replaceAll('/', '\\')}`)
      }),
      { numRuns: 2000 },
    )
  })
})
