// Command lines that are not of the protocol, and files that are not what they should be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { answer, refusal } from './client.ts'
import { suite } from './suite.ts'

const verify = ['verify-bundle', '--bundle', 'b.json', '--certificate-identity', 'i', '--certificate-oidc-issuer', 'o']
const sign = ['sign-bundle', '--identity-token', 'marked-secret', '--bundle', 'b.json']

test.each<[string, string[]]>([
  ['without a verb', []],
  ['with an unknown verb', ['verify', 'marked-secret']],
  ['with an unknown option', [...sign, '--marked-secret', 'a']],
  ['with an unknown option that has a value', [...sign, '--token=marked-secret', 'a']],
  ['with an option of the other verb', [...sign, '--key', 'k', 'a']],
  ['with a value for a switch', [...sign, '--staging=marked-secret', 'a']],
  ['with an option that has no value', [...verify, 'a', '--trusted-root']],
  ['without a bundle', ['verify-bundle', '--key', 'k', 'a']],
  ['without a signer', ['verify-bundle', '--bundle', 'b.json', 'a']],
  ['without an issuer', ['verify-bundle', '--bundle', 'b.json', '--certificate-identity', 'i', 'a']],
  ['without an identity', ['verify-bundle', '--bundle', 'b.json', '--certificate-oidc-issuer', 'i', 'a']],
  ['with a key and an identity', [...verify, '--key', 'k', 'a']],
  ['without a token', ['sign-bundle', '--bundle', 'b.json', 'a']],
  ['without a file to verify', verify],
  ['without a file to sign', sign],
  ['with two files', [...sign, 'marked-secret', 'b']],
])('a call %s is wrong use, told without its values', async (_, argv) => {
  const outcome = await answer(argv)
  expect(outcome.code).toBe(2)
  expect(outcome.stderr).not.toContain('marked-secret')
  expect(await refusal(argv)).toEqual(['USAGE'])
})

const temporary = mkdtempSync(join(tmpdir(), 'sealwax-arguments-'))
afterAll(() => rmSync(temporary, { recursive: true, force: true }))
const put = (name: string, content: string | Uint8Array): string => {
  const path = join(temporary, name)
  writeFileSync(path, content)
  return path
}
const { argv } = suite.find(({ name }) => name === 'managed-key-and-trusted-root') as (typeof suite)[number]
const missing = join(temporary, 'missing')
const junk = put('junk', Buffer.from([0, 255, 13, 10, 27, 91, 50, 74]))
const empty = put('empty', '')

test.each([
  ['bundle', missing, 'FILE_NOT_FOUND'],
  ['bundle', temporary, 'FILE_UNREADABLE'],
  ['bundle', junk, 'INPUT_INVALID'],
  ['bundle', empty, 'INPUT_INVALID'],
  ['bundle', put('deep', '['.repeat(10_000)), 'INPUT_INVALID'],
  ['bundle', put('list', '[]'), 'BUNDLE_INVALID'],
  ['trustedRoot', missing, 'FILE_NOT_FOUND'],
  ['trustedRoot', temporary, 'FILE_UNREADABLE'],
  ['trustedRoot', junk, 'INPUT_INVALID'],
  ['trustedRoot', put('object', '{}'), 'TRUST_INVALID'],
  ['key', missing, 'FILE_NOT_FOUND'],
  ['key', temporary, 'FILE_UNREADABLE'],
  ['key', junk, 'KEY_INVALID'],
  ['key', empty, 'KEY_INVALID'],
] as const)('%s from %s is refused with %s', async (part, path, code) => {
  expect(await refusal(argv('digest', { [part]: path }))).toEqual([code])
})

test('a bundle that is too large is refused while it is read, not after', async () => {
  const large = put('large', Buffer.alloc(24 * 1024 * 1024 + 1, ' '))
  const { stderr } = await answer(argv('digest', { bundle: large }))
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'INPUT_TOO_LARGE', message: `${large} is too large` } })
})

test('a defect is not an outcome', async () => {
  await expect(answer(null as unknown as string[])).rejects.toThrow(TypeError)
})

test('an artifact that cannot be read is an error with a code', async () => {
  const [, ...rest] = argv('digest').toReversed()
  const of = (path: string): Promise<string[]> => refusal([...rest.toReversed(), path])
  expect(await of(missing)).toEqual(['FILE_NOT_FOUND'])
  expect(await of(temporary)).toEqual(['FILE_UNREADABLE'])
})

test('an identity that is empty is not an identity of anybody', async () => {
  const keyless = suite.find(({ name }) => name === 'happy-path-v0.3') as (typeof suite)[number]
  expect(await refusal(keyless.argv('digest', { identity: '' }))).toEqual(['POLICY_INVALID'])
  expect(await refusal(keyless.argv('digest', { issuer: '' }))).toEqual(['POLICY_INVALID'])
})
