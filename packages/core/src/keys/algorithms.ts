import type { KeyObject } from 'node:crypto'
import { SealwaxError } from '../errors.ts'

export type HashName = 'sha256' | 'sha384' | 'sha512'

export type AlgorithmName =
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p384-sha384'
  | 'ecdsa-p521-sha512'
  | 'ed25519'
  | 'rsa-pkcs1-2048-sha256'
  | 'rsa-pkcs1-3072-sha256'
  | 'rsa-pkcs1-4096-sha256'

/** OpenSSL's names of P-256, P-384 and P-521. */
type Curve = 'prime256v1' | 'secp384r1' | 'secp521r1'
type RsaSize = 2048 | 3072 | 4096

export type RekorV1Kind = 'hashedrekord' | 'dsse'

/** One way to sign: a kind of key, and the one hash that goes with it. */
export interface Algorithm {
  readonly name: AlgorithmName
  /** cosign's name for it (`--signing-algorithm`). */
  readonly flag: string
  /** `PublicKeyDetails` of sigstore_common.proto. */
  readonly keyDetails: number
  readonly key:
    | { readonly type: 'ec'; readonly curve: Curve }
    | { readonly type: 'rsa'; readonly bits: RsaSize }
    | { readonly type: 'ed25519' }
  /** The hash inside the signature; `undefined` when the message itself is signed, which then cannot be streamed. */
  readonly hash: HashName | undefined
  /** The hash that a bundle's `messageDigest` names. */
  readonly digest: HashName
  /**
   * The entries that a Rekor v1 log accepts from such keys (each tried on rekor 1.5). Its `dsse` entries are verified with
   * SHA-256 whatever the curve; its `hashedrekord` has no room for plain Ed25519, only for Ed25519ph, which cosign writes
   * there but does not verify itself.
   */
  readonly rekorV1: readonly RekorV1Kind[]
}

/** What ephemeral keys and new key pairs use unless told otherwise, as in cosign and as every Sigstore service accepts. */
export const defaultAlgorithm: Algorithm = ec('ecdsa-p256-sha256', 'ecdsa-sha2-256-nistp256', 5, 'prime256v1', 'sha256')

/**
 * Every algorithm, one row each: the registry of the Sigstore protobuf specifications without RSA-PSS (no tool signs with
 * it unasked) and without the deprecated pairs of P-384 and P-521 with SHA-256.
 */
export const algorithms: readonly Algorithm[] = [
  defaultAlgorithm,
  ec('ecdsa-p384-sha384', 'ecdsa-sha2-384-nistp384', 12, 'secp384r1', 'sha384'),
  ec('ecdsa-p521-sha512', 'ecdsa-sha2-512-nistp521', 13, 'secp521r1', 'sha512'),
  {
    name: 'ed25519',
    flag: 'ed25519',
    keyDetails: 7,
    key: { type: 'ed25519' },
    hash: undefined,
    digest: 'sha256',
    rekorV1: ['dsse'],
  },
  rsa('rsa-pkcs1-2048-sha256', 'rsa-sign-pkcs1-2048-sha256', 9, 2048),
  rsa('rsa-pkcs1-3072-sha256', 'rsa-sign-pkcs1-3072-sha256', 10, 3072),
  rsa('rsa-pkcs1-4096-sha256', 'rsa-sign-pkcs1-4096-sha256', 11, 4096),
]

function ec(name: AlgorithmName, flag: string, keyDetails: number, curve: Curve, hash: HashName): Algorithm {
  const rekorV1: RekorV1Kind[] = hash === 'sha256' ? ['hashedrekord', 'dsse'] : ['hashedrekord']
  return { name, flag, keyDetails, key: { type: 'ec', curve }, hash, digest: hash, rekorV1 }
}

function rsa(name: AlgorithmName, flag: string, keyDetails: number, bits: RsaSize): Algorithm {
  const hash = 'sha256'
  return {
    name,
    flag,
    keyDetails,
    key: { type: 'rsa', bits },
    hash,
    digest: hash,
    rekorV1: ['hashedrekord', 'dsse'],
  }
}

/** `HashAlgorithm` numbers of sigstore_common.proto. */
const protobufHashes: Readonly<Record<HashName, number>> = { sha256: 1, sha384: 2, sha512: 3 }

/** The hash that `messageDigest` names for this algorithm, with its `HashAlgorithm` number of sigstore_common.proto. */
export function digestAlgorithm(algorithm: Algorithm): {
  readonly name: HashName
  readonly protobuf: number
} {
  return { name: algorithm.digest, protobuf: protobufHashes[algorithm.digest] }
}

/**
 * The one algorithm that a key, public or private, signs with.
 * @throws SealwaxError `KEY_UNSUPPORTED` for any other kind, curve or size of key
 */
export function algorithmOf(key: KeyObject): Algorithm {
  const found = algorithms.find((row) => fits(row, key))
  if (found !== undefined) return found
  throw new SealwaxError('KEY_UNSUPPORTED', 'this kind of key cannot be used for signatures', {
    expected: 'ECDSA on P-256, P-384 or P-521, Ed25519, or RSA of 2048, 3072 or 4096 bits',
    found: describe(key),
    hint: 'make a new key pair with `sealwax generate-key-pair`',
  })
}

function fits(row: Algorithm, key: KeyObject): boolean {
  const details = key.asymmetricKeyDetails
  if (row.key.type !== key.asymmetricKeyType) return false
  if (row.key.type === 'ec') return details?.namedCurve === row.key.curve
  if (row.key.type === 'rsa') return details?.modulusLength === row.key.bits && isSoundExponent(details.publicExponent)
  return true
}

// With the exponent 1 everyone can sign; Go, and so every other Sigstore tool, refuses even ones and those above 2^31.
function isSoundExponent(exponent: bigint | undefined): boolean {
  return exponent !== undefined && exponent >= 3n && exponent % 2n === 1n && exponent < 2n ** 31n
}

function describe(key: KeyObject): string {
  const details = key.asymmetricKeyDetails ?? {}
  const { namedCurve, modulusLength, publicExponent } = details
  const parts = [key.asymmetricKeyType ?? `${key.type} key`, namedCurve, modulusLength && `${modulusLength} bits`]
  if (publicExponent !== undefined && publicExponent !== 65537n) parts.push(`exponent ${publicExponent}`)
  return parts.filter((part) => part !== undefined).join(', ')
}
