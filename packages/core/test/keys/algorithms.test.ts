import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { HashAlgorithm, PublicKeyDetails } from '@sigstore/protobuf-specs'
import { describe, expect, test } from 'vitest'
import { algorithmOf, algorithms, defaultAlgorithm, digestAlgorithm } from '../../src/keys/index.ts'
import { generateSigner } from '../../src/keys/signing.ts'
import { rsaWithExponent } from './fixtures.ts'

const unsupported = expect.objectContaining({ code: 'KEY_UNSUPPORTED' })

// The registry of the protobuf specifications, written out a second time by its own names.
const registry = {
  'ecdsa-p256-sha256': [PublicKeyDetails.PKIX_ECDSA_P256_SHA_256, HashAlgorithm.SHA2_256],
  'ecdsa-p384-sha384': [PublicKeyDetails.PKIX_ECDSA_P384_SHA_384, HashAlgorithm.SHA2_384],
  'ecdsa-p521-sha512': [PublicKeyDetails.PKIX_ECDSA_P521_SHA_512, HashAlgorithm.SHA2_512],
  ed25519: [PublicKeyDetails.PKIX_ED25519, HashAlgorithm.SHA2_256],
  'rsa-pkcs1-2048-sha256': [PublicKeyDetails.PKIX_RSA_PKCS1V15_2048_SHA256, HashAlgorithm.SHA2_256],
  'rsa-pkcs1-3072-sha256': [PublicKeyDetails.PKIX_RSA_PKCS1V15_3072_SHA256, HashAlgorithm.SHA2_256],
  'rsa-pkcs1-4096-sha256': [PublicKeyDetails.PKIX_RSA_PKCS1V15_4096_SHA256, HashAlgorithm.SHA2_256],
}

test('the table has one row for each algorithm', () => {
  expect(algorithms.map(({ name }) => name)).toEqual(Object.keys(registry))
  expect(defaultAlgorithm.name).toBe('ecdsa-p256-sha256')
})

describe.each(algorithms)('$name', (algorithm) => {
  const signer = generateSigner(algorithm)

  test('has the numbers of the protobuf specifications', () => {
    const numbers = [algorithm.keyDetails, digestAlgorithm(algorithm).protobuf]
    expect(numbers).toEqual(registry[algorithm.name])
  })

  test('is found for its own keys, private and public', () => {
    expect(algorithmOf(signer.privateKey)).toBe(algorithm)
    expect(algorithmOf(signer.publicKey)).toBe(algorithm)
    expect(signer.algorithm).toBe(algorithm)
  })
})

test('an ephemeral key is P-256, and each is new', () => {
  const [one, other] = [generateSigner(), generateSigner()]
  expect(one.algorithm).toBe(defaultAlgorithm)
  expect(one.publicKey.equals(other.publicKey)).toBe(false)
})

const rsa = (modulusLength: number): KeyObject => generateKeyPairSync('rsa', { modulusLength }).publicKey

test.each<[string, () => KeyObject, string]>([
  ['RSA of 1024 bits', () => rsa(1024), 'rsa, 1024 bits'],
  ['RSA of an odd size', () => rsa(2056), 'rsa, 2056 bits'],
  ['RSA for PSS only', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey, 'rsa-pss, 2048 bits'],
  ['RSA with exponent 1', () => rsaWithExponent('AQ'), 'rsa, 2048 bits, exponent 1'],
  ['RSA with an even exponent', () => rsaWithExponent('BA'), 'rsa, 2048 bits, exponent 4'],
  ['RSA with a huge exponent', () => rsaWithExponent('gAAAAQ'), 'rsa, 2048 bits, exponent 2147483649'],
  ['secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey, 'ec, secp256k1'],
  ['Ed448', () => generateKeyPairSync('ed448').publicKey, 'ed448'],
  ['X25519', () => generateKeyPairSync('x25519').publicKey, 'x25519'],
  ['a secret key', () => createSecretKey(Buffer.alloc(32)), 'secret key'],
])('%s is refused and named', (_, make, found) => {
  expect(() => algorithmOf(make())).toThrow(unsupported)
  expect(() => algorithmOf(make())).toThrow(expect.objectContaining({ found }))
})
