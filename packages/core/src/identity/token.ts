import { parseJson } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { Secret } from '../keys/signing.ts'
import { limits } from '../limits.ts'
import { advice } from './advice.ts'

/** A token that a certificate authority will take as proof of who signs, and what it says. */
export interface IdentityToken {
  readonly token: Secret
  /** The `iss` claim. */
  readonly issuer: string
  /** What the proof of possession signs: the verified e-mail address, else the `sub` claim (Fulcio, docs/oidc.md). */
  readonly subject: string
  readonly expires: Date
  /** Where it came from, for messages: `GitHub Actions`. */
  readonly source: string
  /** All claims; none of them is secret, but the signature over them is. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** The audience that every Sigstore certificate authority asks for. */
export const audience = 'sigstore'

/** Three base64url parts (RFC 7515 section 7.1). Nothing else may go into a header, and nothing else is ever sent. */
const compact = /^[\w-]+\.([\w-]+)\.[\w-]+$/

/**
 * Reads an identity token and checks what would make the certificate authority refuse it, because here the error can say
 * how to mend it. `source` says where the token came from.
 * @throws SealwaxError `TOKEN_INVALID`, `TOKEN_AUDIENCE`, `TOKEN_EXPIRED`; none of them shows the token
 */
export function parseIdentityToken(text: string, source: string, now: Date): IdentityToken {
  const claims = claimsOf(text, source)
  const issuer = claims['iss']
  // Seconds since 1970 (RFC 7519 section 2, NumericDate).
  const expires = new Date(typeof claims['exp'] === 'number' ? claims['exp'] * 1000 : Number.NaN)
  if (typeof issuer !== 'string' || issuer === '') throw invalid(source, 'an issuer (claim `iss`)', 'none')
  if (Number.isNaN(expires.getTime())) throw invalid(source, 'an expiry time (claim `exp`)', 'none')
  checkAudience(claims['aud'], source)
  checkExpiry(expires, source, now)
  const subject = subjectOf(claims, source)
  return { token: new Secret(text), issuer, subject, expires, source, claims }
}

function claimsOf(text: string, source: string): Record<string, unknown> {
  const expected = 'a signed JWT: three base64url parts with dots between them'
  if (text.length > limits.token)
    throw invalid(source, `at most ${limits.token} characters`, `${text.length} characters`)
  const [, payload] = compact.exec(text) ?? []
  if (payload === undefined) throw invalid(source, expected, describe(text))
  try {
    const claims = parseJson(Buffer.from(payload, 'base64url'), 'the claims', limits.token)
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims))
      return claims as Record<string, unknown>
  } catch {
    // Told below, with the source.
  }
  throw invalid(source, 'claims that are a JSON object', 'claims that cannot be read')
}

/** How a text that is no token looks, without showing any of it. */
function describe(text: string): string {
  if (text === '') return 'an empty value'
  const parts = text.split('.').length
  const space = /\s/.test(text) ? ', with white space in it' : ''
  return `${text.length} characters in ${parts} part${parts === 1 ? '' : 's'}${space}`
}

function checkAudience(found: unknown, source: string): void {
  const audiences = (Array.isArray(found) ? found : [found]).filter((name) => typeof name === 'string')
  if (audiences.includes(audience)) return
  throw new SealwaxError('TOKEN_AUDIENCE', `the identity token from ${source} is meant for someone else`, {
    expected: `the audience ${audience} (claim \`aud\`)`,
    found: audiences.length === 0 ? 'no audience' : audiences.slice(0, 5).join(', ').slice(0, 200),
    hint: advice(source).audience,
  })
}

function checkExpiry(expires: Date, source: string, now: Date): void {
  if (now < expires) return
  const seconds = Math.round((now.getTime() - expires.getTime()) / 1000)
  const ago = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`
  throw new SealwaxError('TOKEN_EXPIRED', `the identity token from ${source} has expired`, {
    expected: `a token that is valid now (${now.toISOString()})`,
    found: `by the clock of this machine it ended ${ago} ago (${expires.toISOString()})`,
    hint: advice(source).expiry,
  })
}

function subjectOf(claims: Record<string, unknown>, source: string): string {
  const { email, email_verified: verified, sub } = claims
  if (typeof email === 'string' && email !== '') {
    // Fulcio refuses it too; some issuers write the flag as a string.
    if (verified === true || verified === 'true') return email
    throw invalid(source, 'an e-mail address that the issuer has verified', 'claim `email_verified` is not true')
  }
  if (typeof sub === 'string' && sub !== '') return sub
  throw invalid(source, 'a subject (claim `sub`, or a verified `email`)', 'none')
}

const invalid = (source: string, expected: string, found: string): SealwaxError =>
  new SealwaxError('TOKEN_INVALID', `the identity token from ${source} cannot be used`, {
    expected,
    found,
    hint: advice(source).invalid,
  })
