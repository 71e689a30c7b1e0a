import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listFiles, type Listing, type Refusal } from '../../src/subject/index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealwax-tree-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, 'root', name)), { recursive: true })
    writeFileSync(join(folder, 'root', name), name)
  }
}

function list(rule: { dotfiles?: boolean; exclude?: readonly string[] } = {}): Listing {
  return listFiles(join(folder, 'root'), { dotfiles: rule.dotfiles ?? false, exclude: new Set(rule.exclude) })
}

const names = (listing: Listing): string[] => listing.files.map(({ name }) => name)

describe('a listing', () => {
  test('has every file, with posix names, in the order of code units', () => {
    put('b.js', 'a/z.js', 'a/b/c.js', 'B.js', 'é.js', 'a.js', 'a-b.js')
    expect(names(list())).toEqual(['B.js', 'a-b.js', 'a.js', 'a/b/c.js', 'a/z.js', 'b.js', 'é.js'])
  })

  test('leaves out dot-files and dot-folders, and says so', () => {
    put('a.js', '.env', '.well-known/x', 'b/.hidden', 'b/c.js')
    expect(names(list())).toEqual(['a.js', 'b/c.js'])
    expect(list().skipped).toEqual(['.env', '.well-known/', 'b/.hidden'])
    expect(names(list({ dotfiles: true }))).toEqual(['.env', '.well-known/x', 'a.js', 'b/.hidden', 'b/c.js'])
  })

  test('leaves out what is excluded by its exact name, and nothing that only resembles it', () => {
    put('maps/a.map', 'maps.js', 'x/maps/b.map', 'stats.json', 'x/stats.json')
    const listing = list({ exclude: ['maps', 'stats.json'] })
    expect(names(listing)).toEqual(['maps.js', 'x/maps/b.map', 'x/stats.json'])
    expect(listing.skipped).toEqual(['maps/', 'stats.json'])
  })

  test('goes on past what is refused when somebody wants to know of all of it', () => {
    put('a.js', 'NUL', 'b:c/d.js', 'e/f.js')
    const told: string[] = []
    const tell = ({ name, error }: Refusal): void => void told.push(`${name} ${error.code}`)
    const listing = listFiles(join(folder, 'root'), { dotfiles: false, exclude: new Set() }, tell)
    expect(names(listing)).toEqual(['a.js', 'e/f.js'])
    expect(told.sort()).toEqual(['NUL SUBJECT_INVALID', 'b:c SUBJECT_INVALID'])
    expect(() => list()).toThrowError(expect.objectContaining({ code: 'SUBJECT_INVALID' }))
  })

  test('of a folder that is not there is an error', () => {
    expect(() => list()).toThrowError(expect.objectContaining({ code: 'FILE_NOT_FOUND' }))
  })
})

describe.skipIf(process.platform === 'win32')(
  'a symbolic link (not tried on Windows: making one needs a privilege there)',
  () => {
    const link = (target: string, name: string): void => symlinkSync(target, join(folder, 'root', name))
    const refused = (found: string): unknown => expect.objectContaining({ code: 'SUBJECT_INVALID', found })

    test('to a file in the folder is followed', () => {
      put('a.js')
      link('a.js', 'b.js')
      expect(names(list())).toEqual(['a.js', 'b.js'])
    })

    test('to a folder in the folder is followed', () => {
      put('real/a.js')
      link('real', 'other')
      expect(names(list())).toEqual(['other/a.js', 'real/a.js'])
    })

    test('to a file outside is refused, however it gets there', () => {
      put('a.js')
      writeFileSync(join(folder, 'secret'), 'x')
      link('../secret', 'b.js')
      expect(() => list()).toThrowError(refused('a link that points out of the folder'))
    })

    test('to a sibling whose name begins like the folder is refused', () => {
      put('a.js')
      mkdirSync(join(folder, 'root-2'))
      link('../root-2', 'b')
      expect(() => list()).toThrowError(refused('a link that points out of the folder'))
    })

    test('to a link that leads out is refused', () => {
      put('a.js')
      writeFileSync(join(folder, 'secret'), 'x')
      symlinkSync('../secret', join(folder, 'root', '.hop'))
      link('.hop', 'b.js')
      expect(() => list()).toThrowError(refused('a link that points out of the folder'))
    })

    test('to nothing is refused', () => {
      put('a.js')
      link('gone', 'b.js')
      expect(() => list()).toThrowError(refused('a link to nothing'))
    })

    test('that leads back into itself is refused instead of followed for ever', () => {
      put('a/b/c.js')
      link('..', 'a/b/up')
      expect(() => list()).toThrowError(expect.objectContaining({ code: 'SUBJECT_INVALID' }))
    })

    test('that does not count may point anywhere', () => {
      put('a.js')
      link('/', '.root')
      link('/', 'excluded')
      expect(names(list({ exclude: ['excluded'] }))).toEqual(['a.js'])
    })

    test('may lead to the folder itself from outside', () => {
      put('a.js')
      symlinkSync(join(folder, 'root'), join(folder, 'alias'))
      const listing = listFiles(join(folder, 'alias'), { dotfiles: false, exclude: new Set() })
      expect(names(listing)).toEqual(['a.js'])
    })

    test('a named pipe is refused and not waited for', () => {
      put('a.js')
      execFileSync('mkfifo', [join(folder, 'root', 'pipe')])
      expect(() => list()).toThrowError(refused('a device, a pipe or a socket'))
    })

    test('a name that is no UTF-8 is refused', () => {
      put('a.js')
      try {
        writeFileSync(Buffer.concat([Buffer.from(join(folder, 'root', 'x')), Buffer.from([0xff])]), '')
      } catch {
        // macOS refuses such a name itself.
        return
      }
      expect(() => list()).toThrowError(expect.objectContaining({ code: 'SUBJECT_INVALID' }))
    })

    test('a name with a newline is refused', () => {
      put('a\nb.js')
      expect(() => list()).toThrowError(expect.objectContaining({ code: 'SUBJECT_INVALID' }))
    })
  },
)
