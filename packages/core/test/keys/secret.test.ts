import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../../src/keys/signing.ts'

const secret = new Secret('hunter2')

test.each<[string, () => string]>([
  ['as text', () => String(secret)],
  ['as JSON', () => JSON.stringify({ secret })],
  ['by inspect', () => inspect({ deep: { secret } }, { depth: null, showHidden: true })],
  ['in a template', () => `${String(secret)}!`],
])('a secret printed %s reads [redacted]', (_, print) => {
  expect(print()).toContain('[redacted]')
  expect(print()).not.toContain('hunter2')
})

test('a secret has no property that holds its value', () => {
  expect(Reflect.ownKeys(secret).map((name) => Reflect.get(secret, name))).not.toContain('hunter2')
  expect(Object.keys(secret)).toEqual([])
})

test('a secret is handed out on request', () => {
  expect(secret.expose()).toBe('hunter2')
})
