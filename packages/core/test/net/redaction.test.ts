import fc from 'fast-check'
import { expect, test } from 'vitest'
import { redact } from '../../src/net/index.ts'

const secret = (value: string): { expose: () => string } => ({ expose: () => value })

test('a secret and each part of a dotted one are cut out', () => {
  expect(redact('a abcdefgh.ijklmnop.qrstuvwx b ijklmnop c', [secret('abcdefgh.ijklmnop.qrstuvwx')])).toBe(
    'a [redacted] b [redacted] c',
  )
})

// A token whose parts cannot be taken for words.
const parts = [1, 2, 3].map((part) =>
  Buffer.from(Array.from({ length: 90 }, (_, at) => (at * at * part + 131 * part) & 255)).toString('base64url'),
)
const token = parts.join('.')
const body = parts[1] ?? ''

test.each<[string, string]>([
  ['whole', `bad token ${token}`],
  ['wrapped', `bad token\n${token.match(/.{1,20}/g)?.join('\n')}`],
  ['wrapped in JSON', `{"error":"${token.match(/.{1,20}/g)?.join('\\n')}"}`],
  ['folded like a header', `Authorization: Bearer\r\n ${token.slice(0, 60)}\r\n ${token.slice(60, 90)}`],
  ['by its end', `bad signature ...${token.slice(-80)}`],
  ['by its beginning', `bad signature ${token.slice(0, 30)}...`],
  ['by a part from its middle', `bad claims <${body.slice(20, 40)}>`],
  ['by the least that tells', `bad claims ${body.slice(20, 32)}`],
  ['with a letter before it', `x${token}`],
  ['escaped as in JSON', `{"error":"${escaped(token, (code) => `\\u00${code}`)}"}`],
  ['escaped as in an address', `x=${escaped(token, (code) => `%${code}`)}`],
  ['quoted twice', `${token} or ${token}`],
])('a token that a service repeats is cut out: %s', (_, text) => {
  const shown = redact(text, [secret(token)], 10_000)
  expect(shown).toContain('[redacted]')
  for (let at = 0; at + 8 <= token.length; at++) expect(shown).not.toContain(token.slice(at, at + 8))
})

test('words around a token stay, and so do short pieces that tell nothing', () => {
  expect(redact(`code 7: <${token}> has expired`, [secret(token)])).toBe('code 7: <[redacted]> has expired')
  expect(redact('the audience is sigstore, not my-own-service-name', [secret(token)])).toBe(
    'the audience is sigstore, not my-own-service-name',
  )
  expect(redact(`part ${body.slice(0, 6)} only`, [secret(token)])).toBe(`part ${body.slice(0, 6)} only`)
})

test('of a long answer only the beginning is looked at', () => {
  expect(redact('x'.repeat(1_000_000), [secret(token)], 1_000_000)).toHaveLength(16_384)
})

function escaped(text: string, form: (code: string) => string): string {
  return text.replace(/./gs, (character) => form(character.charCodeAt(0).toString(16).padStart(2, '0')))
}

test('what looks like a token or a credential is cut out though nobody named it', () => {
  expect(redact('token eyJhbGciOiJ.eyJpc3MiOi.c2ln is bad')).toBe('token [redacted] is bad')
  expect(redact('Authorization: Bearer abc.def-123 refused')).toBe('Authorization: Bearer [redacted] refused')
})

test('the text comes on one line, without control characters, and short', () => {
  expect(redact('a\r\n\tb\u202ec\u0007d')).toBe('a b c d')
  expect(redact('x'.repeat(1000))).toHaveLength(300)
})

test('no text around it lets a secret through', () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^[\w.-]{8,40}$/), fc.string(), (before, value, after) => {
      expect(redact(before + value + after, [secret(value)], 10_000)).not.toContain(value)
    }),
  )
})
