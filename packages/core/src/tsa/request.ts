import { randomBytes } from 'node:crypto'
import { derInteger, derNull, derOctets, derOid, derSequence } from '../encoding/index.ts'

/** The hash of a timestamp request. */
const sha256 = '2.16.840.1.101.3.4.2.1'

/**
 * A time-stamp request (RFC 3161 section 2.4.1) over a SHA-256 digest. The authority's certificate is not asked for: it is
 * in the trusted root, and bundles stay small.
 */
export function timestampRequest(digest: Uint8Array, nonce: Uint8Array): Buffer {
  const imprint = derSequence(derSequence(derOid(sha256), derNull()), derOctets(digest))
  return derSequence(derInteger(1), imprint, derInteger(nonce))
}

/**
 * 8 random bytes, which every authority takes. The top bits are 01, so that as a DER integer the number keeps its length.
 */
export function newNonce(): Buffer {
  const nonce = randomBytes(8)
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40
  return nonce
}
