import type { KeyObject } from 'node:crypto'
import { ed25519ph } from '@noble/curves/ed25519.js'

/** An Ed25519ph signature (RFC 8032 section 5.1), which node:crypto cannot make, by code that is not the verifier's. */
export function prehashed(privateKey: KeyObject, message: Uint8Array): Buffer {
  const { d = '' } = privateKey.export({ format: 'jwk' })
  return Buffer.from(ed25519ph.sign(message, Buffer.from(d, 'base64url')))
}
