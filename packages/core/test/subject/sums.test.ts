import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { formatSums, hashFile, listFiles, parseSums, type Subject } from '../../src/subject/index.ts'

const digest = 'a'.repeat(64)
const folder = mkdtempSync(join(tmpdir(), 'sealwax-sums-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('what is written is what is read', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9é*_-][A-Za-z0-9 .é*_-]{0,20}[A-Za-z0-9é]$/)
  const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
  const subjects = fc.uniqueArray(fc.record({ name, sha256: hex }), { selector: (item) => item.name })
  fc.assert(
    fc.property(subjects, (items) => {
      const list: Subject[] = items.map((item) => ({ name: item.name, digest: { sha256: item.sha256 } }))
      expect(parseSums(formatSums(list))).toEqual(list)
    }),
  )
})

test('sha256sum --check accepts it', (context) => {
  for (const name of ['a.js', 'b/c d.js', '- dash', 'ü.txt']) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), name)
  }
  const sums = formatSums(
    listFiles(folder, { dotfiles: false, exclude: new Set() }).files.map(({ name, path }) => ({
      name,
      digest: { sha256: hashFile(path) },
    })),
  )
  try {
    execFileSync('sha256sum', ['--version'], { stdio: 'ignore' })
  } catch {
    return context.skip('no sha256sum on this machine')
  }
  const output = execFileSync('sha256sum', ['--check', '--strict', '-'], { cwd: folder, input: sums, encoding: 'utf8' })
  expect(output.trim().split('\n')).toHaveLength(4)
})

test.each([
  ['text mode', `${digest}  a.js\n`],
  ['binary mode', `${digest} *a.js\n`],
  ['CRLF', `${digest}  a.js\r\n`],
])('%s is read', (_, text) => expect(parseSums(text)).toEqual([{ name: 'a.js', digest: { sha256: digest } }]))

test.each([
  ['a line cut off', `${digest}  a.js`],
  ['a short digest', `${digest.slice(1)}  a.js\n`],
  ['an upper-case digest', `${digest.toUpperCase()}  a.js\n`],
  ['a name twice', `${digest}  a.js\n${digest}  a.js\n`],
  ['a name that leaves the folder', `${digest}  ../a.js\n`],
  ['an absolute name', `${digest}  /a.js\n`],
  ['a Windows path', `${digest}  a\\b.js\n`],
  ['an escaped name', `\\${digest}  a\\nb.js\n`],
  ['an empty line', `${digest}  a.js\n\n`],
  ['a comment', `# sums\n`],
  ['a carriage return within a name', `${digest}  a\rb\n`],
  ['the BSD form', `SHA256 (a.js) = ${digest}\n`],
])('%s is refused', (_, text) =>
  expect(() => parseSums(text)).toThrowError(expect.objectContaining({ code: 'SUBJECT_INVALID' })),
)

test('any text is read or refused, never anything else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      try {
        parseSums(text)
      } catch (error) {
        expect(error).toMatchObject({ name: 'SealwaxError' })
      }
    }),
  )
})

test('a name that the format would have to escape is not written', () => {
  const subject = { name: 'a\nb', digest: { sha256: digest } }
  expect(() => formatSums([subject])).toThrowError(expect.objectContaining({ code: 'SUBJECT_INVALID' }))
})
