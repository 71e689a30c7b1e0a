import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellExports, shellUnsets } from '../../src/index.ts'

const hasSh = spawnSync('sh', ['-c', 'exit 0']).status === 0

test('lines for both shells', () => {
  const environment = { A: 'b', QUOTE: `it's "x" $y \`z\`` }
  expect(shellExports(environment, 'sh')).toBe(`export A='b'\nexport QUOTE='it'\\''s "x" $y \`z\`'\n`)
  expect(shellExports(environment, 'powershell')).toBe(`$env:A = 'b'\n$env:QUOTE = 'it''s "x" $y \`z\`'\n`)
})

test('PowerShell sees no end of the text in typographic quotes', () => {
  expect(shellExports({ A: 'x\u2019y' }, 'powershell')).toBe(`$env:A = 'x\u2019\u2019y'\n`)
})

test.runIf(hasSh)('a POSIX shell gives every value back as it was (only where there is one)', () => {
  const value = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .filter((text) => !text.includes('\0') && text.isWellFormed())
  fc.assert(
    fc.property(value, (text) => {
      const script = `${shellExports({ VALUE: text }, 'sh')}printf %s "$VALUE"`
      expect(spawnSync('sh', ['-c', script]).stdout.toString()).toBe(text)
    }),
    { numRuns: 40 },
  )
})

test('a line for both shells that removes variables', () => {
  expect(shellUnsets(['A', 'B_C'], 'sh')).toBe('unset A B_C\n')
  expect(shellUnsets(['A', 'B_C'], 'powershell')).toBe(
    'Remove-Item -ErrorAction SilentlyContinue -Path Env:A, Env:B_C\n',
  )
})

test.runIf(hasSh)(
  'a POSIX shell loses what was set, and takes what was not in its stride (only where there is one)',
  () => {
    const script = `set -eu; ${shellExports({ A: 'x' }, 'sh')}${shellUnsets(['A', 'NEVER_SET'], 'sh')}printf %s "${'${A-gone}'}"`
    expect(spawnSync('sh', ['-c', script])).toMatchObject({ status: 0, stdout: Buffer.from('gone') })
  },
)

test('names that are no variable names and values with NUL are refused', () => {
  for (const name of ['', '1A', 'A-B', 'A;rm', 'A\nB', 'Ä'])
    for (const write of [() => shellExports({ [name]: 'x' }, 'sh'), () => shellUnsets([name], 'sh')])
      expect(write).toThrow(TypeError)
  expect(() => shellExports({ A: 'x\0y' }, 'powershell')).toThrow(TypeError)
})
