export type HashName = 'sha256' | 'sha384' | 'sha512'

export const oids = {
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const

/** Hashes that a timestamp may be made with; SHA-1 is refused. */
export const hashes: ReadonlyMap<string, HashName> = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

/** A kind of key, and the hash that goes with it; where the algorithm names none, it is the digest algorithm of the signer. */
interface SignatureAlgorithm {
  readonly keyType: 'ec' | 'rsa' | 'ed25519'
  readonly hash: HashName | 'as-digest' | 'none'
}

/** Signature algorithms by OID. */
export const signatureAlgorithms: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['1.2.840.10045.4.3.2', { keyType: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { keyType: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { keyType: 'ec', hash: 'sha512' }],
  ['1.2.840.10045.2.1', { keyType: 'ec', hash: 'as-digest' }],
  ['1.2.840.113549.1.1.11', { keyType: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { keyType: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { keyType: 'rsa', hash: 'sha512' }],
  ['1.2.840.113549.1.1.1', { keyType: 'rsa', hash: 'as-digest' }],
  ['1.3.101.112', { keyType: 'ed25519', hash: 'none' }],
])
