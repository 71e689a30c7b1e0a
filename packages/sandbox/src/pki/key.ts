import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

export type KeyKind = 'P-256' | 'P-384' | 'Ed25519'

/** A key pair of one of the sandbox's services; made at each start and kept in memory only. */
export interface ServiceKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** DER SubjectPublicKeyInfo */
  readonly spki: Buffer
  /** SHA-256 of the SPKI: the log id of RFC 6962 and of Rekor */
  readonly id: Buffer
  readonly pem: string
}

export function makeKey(kind: KeyKind): ServiceKey {
  const { privateKey, publicKey } =
    kind === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: kind })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return {
    privateKey,
    publicKey,
    spki,
    id: createHash('sha256').update(spki).digest(),
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** ECDSA in DER, with SHA-256 unless said otherwise; or Ed25519, which has a hash of its own. */
export function signWith(key: ServiceKey, data: Uint8Array, hash: 'sha256' | 'sha384' = 'sha256'): Buffer {
  return sign(key.publicKey.asymmetricKeyType === 'ed25519' ? null : hash, data, key.privateKey)
}

/** The 32 bytes of an Ed25519 key: the end of its SPKI (RFC 8410, 4). */
export function rawEd25519(spki: Buffer): Buffer {
  return spki.subarray(-32)
}
