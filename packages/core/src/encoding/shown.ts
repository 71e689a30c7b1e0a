import { isPrintable } from './text.ts'

// How private keys and tokens begin: PEM, PEM in base64, DER in base64 (a sequence of more than 127 bytes), a JWT.
const beginnings = /-----BEGIN|^LS0tLS1CRUdJTi|^MI[\w+/-]{30}|^eyJ/
const encoded = /^(?:[A-Za-z0-9+/]{64,}|[\w-]{64,})={0,2}$/

/**
 * Whether a text that should name a place (a path, `env://NAME`) is rather the secret itself: a key or a token that somebody
 * or some variable put where its name belongs.
 */
export function looksSecret(text: string): boolean {
  const inner = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/\s+/g, '')
  return beginnings.test(inner) || encoded.test(inner)
}

/** A path or reference fit for a message: as it is, or only its length when it looks like a key or a token. */
export function shownReference(text: string): string {
  return looksSecret(text) ? `(${text.length} characters)` : text
}

const longestName = 200

/**
 * A name that nobody vouches for, fit for a message: cut where it is long, and what does not show itself (`isPrintable`) as the
 * number of its character.
 */
export function shownName(text: string): string {
  const characters = Array.from(text.slice(0, 2 * longestName + 1))
  const kept = characters
    .slice(0, longestName)
    .map((one) => (isPrintable(one) ? one : `\\u{${one.codePointAt(0)?.toString(16)}}`))
  return characters.length > longestName ? `${kept.join('')}...` : kept.join('')
}

/** The next step for whoever gave a key or token instead of its place. */
export const referenceHint =
  'this looks like a key or a token itself: put it into a file and name that, or into a variable and say env://NAME'
