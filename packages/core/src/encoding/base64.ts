import { SealwaxError } from '../errors.ts'

/**
 * Standard base64 with padding (RFC 4648 section 4), no white space, and no stray bits in the last character: each
 * byte sequence has exactly one text.
 * @throws SealwaxError `ENCODING_INVALID`
 */
export function base64Decode(text: string, what = 'base64 value'): Buffer {
  // The decoder passes over whatever it does not know. Only the one right text comes back from encoding again; a regular
  // expression would overflow its stack on a large payload.
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') === text) return bytes
  throw new SealwaxError('ENCODING_INVALID', `${what} is not valid base64`, {
    expected: 'standard base64 with padding (RFC 4648 section 4)',
    found: `${text.length} characters`,
  })
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function base64Encode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/**
 * Hexadecimal text of whole bytes, upper or lower case.
 * @throws SealwaxError `ENCODING_INVALID`
 */
export function hexDecode(text: string, what = 'hexadecimal value'): Buffer {
  // Not left to the decoder, which sees only the low byte of a character outside Latin-1.
  if (text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text)) return Buffer.from(text, 'hex')
  throw new SealwaxError('ENCODING_INVALID', `${what} is not valid hexadecimal`, {
    expected: 'an even number of the characters 0-9 and a-f',
    found: `${text.length} characters`,
  })
}
