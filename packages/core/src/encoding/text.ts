import { SealwaxError } from '../errors.ts'

// A byte order mark stays a character: a decoder that drops it would make two different names one.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * UTF-8 as text, nothing repaired, nothing left out.
 * @throws SealwaxError `ENCODING_INVALID`
 */
export function utf8Decode(bytes: Uint8Array, what = 'text'): string {
  try {
    return strict.decode(bytes)
  } catch {
    throw new SealwaxError('ENCODING_INVALID', `${what} is not valid UTF-8`, {
      expected: 'UTF-8 (RFC 3629)',
      found: `${bytes.byteLength} bytes that are not`,
    })
  }
}

/**
 * Whether each character of a text shows itself: none is a control or format character or a line break of Unicode. With one
 * of those, a text can look exactly like another where it is printed.
 */
export function isPrintable(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)
}
