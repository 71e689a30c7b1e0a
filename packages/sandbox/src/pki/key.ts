import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

export type Curve = 'P-256' | 'P-384'

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

export function makeKey(curve: Curve): ServiceKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return {
    privateKey,
    publicKey,
    spki,
    id: createHash('sha256').update(spki).digest(),
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** ECDSA in DER, with SHA-256 unless said otherwise. */
export function signWith(key: ServiceKey, data: Uint8Array, hash: 'sha256' | 'sha384' = 'sha256'): Buffer {
  return sign(hash, data, key.privateKey)
}
