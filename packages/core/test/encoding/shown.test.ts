import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { shownName, shownReference } from '../../src/encoding/index.ts'

const keys = [
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  generateKeyPairSync('ed25519').privateKey,
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
]
const secrets = keys.flatMap((key) => {
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const der = key.export({ type: 'pkcs8', format: 'der' })
  return [
    pem,
    pem.replaceAll('\n', ' '),
    Buffer.from(pem).toString('base64'),
    der.toString('base64'),
    der.toString('base64url'),
    der.toString('base64').replace(/.{40}/g, '$& '),
  ]
})
const token = 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln'

test.each([...secrets, token, 'a'.repeat(64)].map((text) => [text]))(
  'a key or token is never shown, only how long it is: %#',
  (text) => {
    expect(shownReference(text)).toBe(`(${text.length} characters)`)
    expect(shownReference(`env://${text}`)).toBe(`(${text.length + 6} characters)`)
  },
)

test('a name is shown in short, with the numbers of the characters that do not show themselves', () => {
  expect(shownName('log.example')).toBe('log.example')
  expect(shownName('a\u001b[31m\u202eb\u0085')).toBe('a\\u{1b}[31m\\u{202e}b\\u{85}')
  expect(shownName('\u{1f511}'.repeat(200))).toBe('\u{1f511}'.repeat(200))
  expect(shownName('\u{1f511}'.repeat(100_000))).toBe(`${'\u{1f511}'.repeat(200)}...`)
})

test.each([
  'cosign.key',
  'keys/MIT/production.key',
  'MIRROR.pem',
  '/home/someone/projects/a-project/of/many/folders/with/long/names/in/it/cosign.key',
  'C:\\keys\\cosign.key',
  'env://SIGNING_KEY',
  'awskms:///arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  'a'.repeat(63),
])('a place is shown as it is: %s', (text) => {
  expect(shownReference(text)).toBe(text)
})
