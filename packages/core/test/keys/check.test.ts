import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { isSignature } from '../../src/keys/index.ts'

const data = Buffer.from('what was signed')
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signature = sign('sha256', data, privateKey)

test('a signature is one for its own key, hash and data', () => {
  expect(isSignature('sha256', data, publicKey, signature)).toBe(true)
  expect(isSignature('sha384', data, publicKey, signature)).toBe(false)
  expect(isSignature('sha256', data.subarray(1), publicKey, signature)).toBe(false)
  expect(isSignature('sha256', data, publicKey, Buffer.of())).toBe(false)
})

test.each([
  ['x25519', generateKeyPairSync('x25519').publicKey],
  ['x448', generateKeyPairSync('x448').publicKey],
  ['ed25519', generateKeyPairSync('ed25519').publicKey],
  ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey],
] as const)('with a key of another kind (%s) it is none, whatever the hash, and nothing is thrown', (_, key) => {
  for (const hash of ['sha256', 'sha512', undefined] as const)
    expect(isSignature(hash, data, key, signature)).toBe(false)
})
