import { createVerify, type KeyObject, verify } from 'node:crypto'
import { SealwaxError } from '../errors.ts'
import { type Algorithm, algorithmOf, type HashName } from './algorithms.ts'
import { wholeMessage } from './content.ts'

/**
 * Whether `signature` by `key` covers `content`. A signature of the wrong form is just not valid: only wrong use throws.
 * @throws SealwaxError `KEY_UNSUPPORTED` when the key does not go with the algorithm, `INPUT_TOO_LARGE` as for signing
 */
export function verifySignature(
  key: KeyObject,
  algorithm: Algorithm,
  content: Uint8Array | Iterable<Uint8Array>,
  signature: Uint8Array,
): boolean {
  requireFit(key, algorithm)
  if (content instanceof Uint8Array) return isSignature(algorithm.hash, content, key, signature)
  if (algorithm.hash === undefined) {
    const whole = wholeMessage()
    for (const piece of content) whole.add(piece)
    return isSignature(undefined, whole.bytes(), key, signature)
  }
  const verifier = createVerify(algorithm.hash)
  for (const piece of content) verifier.update(piece)
  return verifier.verify(key, signature)
}

/**
 * Whether `signature` by `key` covers `data`, for keys and signatures out of a trusted root, a certificate or a token: a key
 * of a kind that does not go with the hash, or with signatures at all, makes node:crypto throw, and means no.
 */
export function isSignature(
  hash: HashName | undefined,
  data: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): boolean {
  try {
    return verify(hash, data, key, signature)
  } catch {
    return false
  }
}

/** A key may only be used with its own algorithm: what a bundle claims about a key is not evidence. */
export function requireFit(key: KeyObject, algorithm: Algorithm): void {
  const own = algorithmOf(key)
  if (own.name === algorithm.name) return
  throw new SealwaxError('KEY_UNSUPPORTED', 'the key does not go with the signature algorithm', {
    expected: algorithm.name,
    found: own.name,
  })
}
