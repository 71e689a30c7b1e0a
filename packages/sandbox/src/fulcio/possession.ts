import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { Refusal } from '../http/service.ts'
import { hashOf } from '../pki/index.ts'

const RSA_EXPONENT = 65537n

export interface SubjectKey {
  readonly key: KeyObject
  readonly spki: Buffer
}

/** Takes the key kinds Fulcio takes: P-256, P-384, P-521, Ed25519, RSA 2048, 3072, 4096. */
export function readSubjectKey(pem: string): SubjectKey {
  // node:crypto would derive a public key from a private key or a certificate too; neither belongs in a request.
  if (!/^\s*-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem))
    throw new Refusal(400, 'The public key supplied in the request could not be parsed')
  let key: KeyObject
  try {
    key = createPublicKey({ key: pem, format: 'pem' })
  } catch {
    throw new Refusal(400, 'The public key supplied in the request could not be parsed')
  }
  if (hashOf(key) === undefined || hasOtherExponent(key))
    throw new Refusal(400, 'The public key supplied in the request is insecure')
  return { key, spki: key.export({ type: 'spki', format: 'der' }) }
}

/** The challenge is the e-mail address or the `sub` of the token, signed with the key that is to be certified. */
export function checkPossession(key: KeyObject, challenge: string, proof: Buffer): void {
  const hash = hashOf(key)
  if (hash === undefined || !verify(hash, Buffer.from(challenge), key, proof)) {
    throw new Refusal(400, 'The signature supplied in the request could not be verified')
  }
}

/** Fulcio refuses all but the usual RSA exponent; Rekor does not look. */
function hasOtherExponent(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'rsa' && key.asymmetricKeyDetails?.publicExponent !== RSA_EXPONENT
}
