import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isUnsupported } from '../src/node-version.ts'

test.each([
  ['18.20.8', false],
  ['20.19.5', false],
  ['22.9.0', false],
  ['22.22.1', false],
  ['22.22.2', true],
  ['22.22.10', true],
  ['22.23.0', true],
  ['23.11.1', false],
  ['24.14.9', false],
  ['24.15.0', true],
  ['24.100.0', true],
  ['25.9.0', false],
  ['26.0.0', true],
  ['26.10.0', true],
  ['27.0.0-nightly20270101', true],
  ['100.0.0', true],
])('Node.js %s: %s', (version, isFine) => {
  expect(isUnsupported(version)).toBe(!isFine)
})

test('the table above is that of "engines" in package.json', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(engines).toEqual({ node: '^22.22.2 || ^24.15.0 || >=26' })
})
