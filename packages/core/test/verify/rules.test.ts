// Holds the table of rules in src/verify/README.md to the files: what it names is there.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const text = readFileSync(new URL('../../src/verify/README.md', import.meta.url), 'utf8')
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))
  .filter(([rule = '']) => rule !== 'Rule' && !/^-+$/.test(rule) && !rule.startsWith('**'))

/** What a cell names: `file: name`; ... */
const named = (cell = ''): (readonly [file: string, name: string])[] =>
  [...cell.matchAll(/`([^`]+?\.ts): ([^`]+)`/g)].map(([, file = '', name = '']) => [file, name])
const read = (folder: string, file: string): string => {
  const url = new URL(`../../${folder}/${file}`, import.meta.url)
  return existsSync(url) ? readFileSync(url, 'utf8') : ''
}

describe('the table of rules', () => {
  test('is long, and every rule has a specification, code and a test', () => {
    expect(rows.length).toBeGreaterThan(40)
    for (const [rule, specification, code, tests] of rows) {
      expect(specification, rule).not.toBe('')
      expect(named(code), rule).not.toEqual([])
      expect(named(tests), rule).not.toEqual([])
    }
  })

  test('names functions that are there', () => {
    const lost = rows
      .flatMap(([, , code]) => named(code))
      .filter(([file, name]) => !new RegExp(`(?:function\\*?|const) ${name}\\b`).test(read('src', file)))
    expect(lost).toEqual([])
  })

  test('names tests that are there', () => {
    const lost = rows
      .flatMap(([, , , tests]) => named(tests))
      .filter(([file, name]) => !isTitle(read('test', file), name))
    expect(lost).toEqual([])
  })
})

/** A title stands in quotes: of a test or a group, or as the first value of a case. */
function isTitle(source: string, name: string): boolean {
  return [`'${name}'`, `"${name}"`, `'${name.replaceAll("'", "\\'")}'`].some((title) => source.includes(title))
}
