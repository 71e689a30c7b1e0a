import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIdentityToken } from '../../src/identity/index.ts'

const now = new Date('2026-06-01T12:00:00Z')
const good = { iss: 'https://issuer.example', aud: 'sigstore', sub: 'someone', exp: now.getTime() / 1000 + 60 }
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
/** A token whose every part can be found again in a text. */
const token = (claims: unknown): string => `${part({ alg: 'ES256' })}.${part(claims)}.marked-signature`

test('a token says who, by whom and until when', () => {
  const identity = parseIdentityToken(token(good), 'a test', now)
  expect(identity).toMatchObject({
    issuer: 'https://issuer.example',
    subject: 'someone',
    source: 'a test',
    expires: new Date('2026-06-01T12:01:00Z'),
  })
  expect(identity.token.expose()).toBe(token(good))
})

test.each([
  [{ email: 'a@example.test', email_verified: true }, 'a@example.test'],
  [{ email: 'a@example.test', email_verified: 'true' }, 'a@example.test'],
  [{ email: '' }, 'someone'],
])('the subject of %j is %s', (more, subject) => {
  expect(parseIdentityToken(token({ ...good, ...more }), 'a test', now).subject).toBe(subject)
})

test('a list of audiences will do when sigstore is among them', () => {
  expect(parseIdentityToken(token({ ...good, aud: ['other', 'sigstore'] }), 'a test', now).subject).toBe('someone')
})

test.each([
  ['another audience', { ...good, aud: 'someone-else' }, 'TOKEN_AUDIENCE', 'someone-else'],
  ['a prefix of the audience', { ...good, aud: 'sigstor' }, 'TOKEN_AUDIENCE', 'sigstor'],
  ['a longer audience', { ...good, aud: 'sigstore.example' }, 'TOKEN_AUDIENCE', 'sigstore.example'],
  ['no audience', { ...good, aud: undefined }, 'TOKEN_AUDIENCE', 'no audience'],
  ['an expiry right now', { ...good, exp: now.getTime() / 1000 }, 'TOKEN_EXPIRED', 'it ended 0 seconds ago'],
  ['an old expiry', { ...good, exp: now.getTime() / 1000 - 600 }, 'TOKEN_EXPIRED', 'it ended 10 minutes ago'],
  ['no expiry', { ...good, exp: undefined }, 'TOKEN_INVALID', 'none'],
  ['an expiry that is a text', { ...good, exp: '99999999999' }, 'TOKEN_INVALID', 'none'],
  ['an endless expiry', { ...good, exp: 1e300 }, 'TOKEN_INVALID', 'none'],
  ['no issuer', { ...good, iss: undefined }, 'TOKEN_INVALID', 'none'],
  ['nobody', { ...good, sub: undefined }, 'TOKEN_INVALID', 'none'],
  [
    'an unverified address',
    { ...good, email: 'a@example.test' },
    'TOKEN_INVALID',
    'claim `email_verified` is not true',
  ],
  ['claims that are a list', [good], 'TOKEN_INVALID', 'claims that cannot be read'],
])('a token with %s is refused with the reason and a way out', (_, claims, code, found) => {
  expect(() => parseIdentityToken(token(claims), 'a test', now)).toThrow(
    expect.objectContaining({ code, found: expect.stringContaining(found), hint: expect.stringMatching(/.{20}/) }),
  )
})

test.each([
  ['', 'an empty value'],
  ['opaque-access-token', '19 characters in 1 part'],
  ['a.b', '3 characters in 2 parts'],
  ['a.b.c.d.e', '9 characters in 5 parts'],
  [`${token(good)}\n`, 'with white space in it'],
  ['a.!!.c', '6 characters in 3 parts'],
  [`a.${Buffer.from([0xff, 0xfe]).toString('base64url')}.c`, 'claims that cannot be read'],
  [`eyJ.${'A'.repeat(70_000)}.c`, '70006 characters'],
])('the text %j is no token', (text, found) => {
  expect(() => parseIdentityToken(text, 'a test', now)).toThrow(
    expect.objectContaining({ code: 'TOKEN_INVALID', found: expect.stringContaining(found) }),
  )
})

test('GitLab and GitHub get their own advice', () => {
  const claims = token({ ...good, aud: 'https://gitlab.example' })
  expect(() => parseIdentityToken(claims, 'GitLab CI (SIGSTORE_ID_TOKEN)', now)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }') }),
  )
  expect(() => parseIdentityToken(claims, 'GitHub Actions', now)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('identity service of the runner') }),
  )
})

test('a token is not shown by printing the identity', () => {
  const identity = parseIdentityToken(token(good), 'a test', now)
  for (const text of [inspect(identity, { depth: 9 }), JSON.stringify(identity), String(identity.token)])
    expect(text).not.toContain('marked-signature')
})

test('no damage to a token makes its error show any part of it', () => {
  const text = token({ ...good, marked: 'marked-claim' })
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), (at, inserted) => {
      const damaged = text.slice(0, at) + inserted + text.slice(at + 1)
      try {
        parseIdentityToken(damaged, 'a test', now)
      } catch (error) {
        const shown = inspect(error, { depth: 9, showHidden: true })
        for (const piece of damaged.split('.')) if (piece.length > 8) expect(shown).not.toContain(piece)
        expect(shown).not.toContain('marked')
      }
    }),
  )
})

test('claims that two readers could see differently are refused: one twice, a byte order mark', () => {
  const json = JSON.stringify(good)
  const encode = (claims: string): string =>
    `${part({ alg: 'ES256' })}.${Buffer.from(claims).toString('base64url')}.marked-signature`
  expect(parseIdentityToken(encode(json), 'a test', now).subject).toBe('someone')
  for (const claims of [json.replace('{', '{"sub":"another",'), `\ufeff${json}`])
    expect(() => parseIdentityToken(encode(claims), 'a test', now)).toThrow(
      expect.objectContaining({ code: 'TOKEN_INVALID', found: 'claims that cannot be read' }),
    )
})
