import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { SealwaxError } from '../errors.ts'
import { algorithmOf } from './algorithms.ts'

/**
 * The private key in its plain form, unless it is of an unusable kind or its two halves do not belong together: then its
 * signatures would never verify, and the time to say so is before it is used.
 * @throws SealwaxError `KEY_UNSUPPORTED`, `KEY_INVALID`
 */
export function soundPrivateKey(key: KeyObject): KeyObject {
  const { hash } = algorithmOf(key)
  const probe = Buffer.from('sealwax')
  try {
    const plain = plainPrivateKey(key)
    if (verify(hash, probe, createPublicKey(plain), sign(hash, probe, plain))) return plain
  } catch {
    // The same answer: a key that cannot sign is damaged too.
  }
  throw new SealwaxError('KEY_INVALID', 'the private key does not go with its own public part', {
    expected: 'a signature that the public part accepts',
    found: 'one that it refuses',
  })
}

/** In the one encoding of its public part, as for public keys. */
function plainPrivateKey(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== 'ec') return key
  return createPrivateKey({ key: key.export({ format: 'jwk' }), format: 'jwk' })
}
