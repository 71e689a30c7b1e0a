import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { derSequence, pemEncode, readDer } from '../../src/encoding/index.ts'
import { type Algorithm, type AlgorithmName, algorithms } from '../../src/keys/index.ts'
import { generateSigner, localSigner, Secret, type Signer } from '../../src/keys/signing.ts'

/** The password of the vectors. */
export const password: Secret = new Secret('pä ss')

/** A file of test/vectors/keys, see ORIGIN.md there. */
export function vector(name: string): string {
  return readFileSync(new URL(`../vectors/keys/${name}`, import.meta.url), 'utf8')
}

export const vectorAlgorithms: readonly AlgorithmName[] = [
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ecdsa-p521-sha512',
  'ed25519',
  'rsa-pkcs1-2048-sha256',
]

export function row(name: AlgorithmName): Algorithm {
  const found = algorithms.find((algorithm) => algorithm.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

type LocalSigner = Signer & { readonly privateKey: KeyObject }
const made = new Map<AlgorithmName, LocalSigner>()

/** One signer per algorithm. Large RSA keys are not made each time: one takes seconds to find. */
export function signerOf(name: AlgorithmName): LocalSigner {
  const signer = made.get(name) ?? makeSigner(row(name))
  made.set(name, signer)
  return signer
}

function makeSigner(algorithm: Algorithm): LocalSigner {
  if (algorithm.key.type !== 'rsa' || algorithm.key.bits === 2048) return generateSigner(algorithm)
  const privateKey = createPrivateKey(vector(`rsa-${algorithm.key.bits}.pem`))
  return { ...localSigner(privateKey), privateKey }
}

/** A second key of the same kind. */
export function strangerOf(name: AlgorithmName): KeyObject {
  return generateSigner(row(name)).publicKey
}

/** An RSA public key with this exponent over a sound modulus. */
export function rsaWithExponent(exponent: string): KeyObject {
  const { n } = signerOf('rsa-pkcs1-2048-sha256').publicKey.export({ format: 'jwk' })
  return createPublicKey({ key: { kty: 'RSA', n: n ?? '', e: exponent }, format: 'jwk' })
}

/** A P-256 private key beside the public point of another: what a damaged or hostile key file may hold. */
export function mismatchedPem(): string {
  const [one, other] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  const sec1 = one?.export({ type: 'sec1', format: 'der' }) ?? Buffer.alloc(0)
  const point = other?.export({ type: 'sec1', format: 'der' }).subarray(-65) ?? Buffer.alloc(0)
  point.copy(sec1, sec1.length - 65)
  return pemEncode('EC PRIVATE KEY', sec1)
}

/** An RSA modulus beside the secret numbers of another key (PKCS#1, RFC 8017 appendix A.1.2). */
export function mismatchedRsaPem(): string {
  const [version, modulus, exponent] = rsaNumbers()
  const [, , , ...secrets] = rsaNumbers()
  const numbers = [version, modulus, exponent, ...secrets].map((number) => number ?? Buffer.alloc(0))
  return pemEncode('RSA PRIVATE KEY', derSequence(...numbers))
}

function rsaNumbers(): Buffer[] {
  const { privateKey } = generateSigner(row('rsa-pkcs1-2048-sha256'))
  return readDer(privateKey.export({ type: 'pkcs1', format: 'der' }))
    .children()
    .map(({ raw }) => raw)
}
