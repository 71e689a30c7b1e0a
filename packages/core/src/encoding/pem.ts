import { SealwaxError } from '../errors.ts'
import { base64Decode, base64Encode } from './base64.ts'

/** One `-----BEGIN label-----` block. */
export interface PemBlock {
  readonly label: string
  readonly der: Buffer
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g

/**
 * Every PEM block of a text, in order (RFC 7468). White space inside a block is free, because keys travel through editors
 * and CI variables: LF or CRLF, lines of any width or just one. Text outside the blocks is passed over.
 * @throws SealwaxError `ENCODING_INVALID` when there is no block, one of another label than `label`, or damaged base64
 */
export function pemDecode(text: string, label?: string): PemBlock[] {
  const blocks = [...text.matchAll(block)].map(([, name = '', body = '']) => ({
    label: name,
    der: base64Decode(body.replace(/\s+/g, ''), `the PEM block ${name}`),
  }))
  const other = blocks.find((found) => label !== undefined && found.label !== label)
  if (blocks.length > 0 && other === undefined) return blocks
  throw new SealwaxError('ENCODING_INVALID', 'the text holds no usable PEM block', {
    expected: `-----BEGIN ${label ?? '...'}-----`,
    found: other === undefined ? 'no PEM block' : `-----BEGIN ${other.label}-----`,
  })
}

/** A PEM block with 64-character lines and a newline at the end (RFC 7468). */
export function pemEncode(label: string, der: Uint8Array): string {
  const body = base64Encode(der).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...body, `-----END ${label}-----`, ''].join('\n')
}
