import type { KeyObject } from 'node:crypto'

export type HashName = 'sha256' | 'sha384' | 'sha512'

const BY_CURVE: Readonly<Record<string, HashName>> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' }
const RSA_SIZES: readonly unknown[] = [2048, 3072, 4096]

/** The one hash that goes with a user's key; null for Ed25519, undefined for a kind that neither Fulcio nor Rekor takes. */
export function hashOf(key: KeyObject): HashName | null | undefined {
  const details = key.asymmetricKeyDetails
  switch (key.asymmetricKeyType) {
    case 'ec':
      return BY_CURVE[details?.namedCurve ?? '']
    case 'rsa':
      return RSA_SIZES.includes(details?.modulusLength) ? 'sha256' : undefined
    case 'ed25519':
      return null
    default:
      return undefined
  }
}
