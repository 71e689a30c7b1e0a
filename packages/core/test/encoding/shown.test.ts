import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { shownReference } from '../../src/encoding/index.ts'

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
