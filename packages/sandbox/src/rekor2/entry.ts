import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto'
import { asBase64, asObject, asText, Refusal } from '../http/service.ts'
import { hashOf, rawEd25519, type HashName } from '../pki/index.ts'
import { canonicalJson, verifyDigest } from '../rekor/index.ts'
import { verifyEd25519ph } from './ed25519ph.ts'

/** The kinds of key that the public log takes (rekor-tiles, AllowedClientSigningAlgorithms), with the hash that each goes with. */
const ALGORITHMS: Readonly<Record<string, { readonly key: string; readonly hash: HashName }>> = {
  PKIX_RSA_PKCS1V15_2048_SHA256: { key: 'rsa 2048', hash: 'sha256' },
  PKIX_RSA_PKCS1V15_3072_SHA256: { key: 'rsa 3072', hash: 'sha256' },
  PKIX_RSA_PKCS1V15_4096_SHA256: { key: 'rsa 4096', hash: 'sha256' },
  PKIX_ECDSA_P256_SHA_256: { key: 'ec prime256v1', hash: 'sha256' },
  PKIX_ECDSA_P384_SHA_384: { key: 'ec secp384r1', hash: 'sha384' },
  PKIX_ECDSA_P521_SHA_512: { key: 'ec secp521r1', hash: 'sha512' },
  PKIX_ED25519_PH: { key: 'ed25519', hash: 'sha512' },
}
const HASHES = {
  sha256: { bytes: 32, name: 'SHA2_256' },
  sha384: { bytes: 48, name: 'SHA2_384' },
  sha512: { bytes: 64, name: 'SHA2_512' },
} as const
/** An entry bundle has two bytes for the length of an entry. */
const MAX_BODY_BYTES = 0xffff

/** Verifies a hashedrekord request and returns the canonical body of its entry, byte for byte as Rekor v2 logs it. */
export async function admitRequest(request: Record<string, unknown>): Promise<Buffer> {
  const digest = asBase64(request['digest'], 'digest')
  const signature = asObject(request['signature'], 'signature')
  const content = asBase64(signature['content'], 'signature.content')
  const verifier = asObject(signature['verifier'], 'signature.verifier')
  const keyDetails = asText(verifier['keyDetails'], 'keyDetails')
  const { key, canonical } = readVerifier(verifier)
  const algorithm = ALGORITHMS[keyDetails]
  if (algorithm === undefined || algorithm.key !== kindOf(key) || hashOf(key) === undefined)
    throw new Refusal(400, 'keyDetails are not those of a key this log takes')
  const hash = HASHES[algorithm.hash]
  if (digest.length !== hash.bytes) throw new Refusal(400, 'the digest has not the length of its hash')
  if (!(await verifies(key, algorithm.hash, digest, content))) throw new Refusal(400, 'the signature does not verify')
  const data = { algorithm: hash.name, digest: digest.toString('base64') }
  const hashedRekordV002 = {
    data,
    signature: { content: content.toString('base64'), verifier: { keyDetails, ...canonical } },
  }
  const spec = { hashedRekordV002 }
  const body = Buffer.from(canonicalJson({ apiVersion: '0.0.2', kind: 'hashedrekord', spec }))
  if (body.length > MAX_BODY_BYTES) throw new Refusal(400, 'the entry is too large')
  return body
}

/** One of the two, as bytes in DER. */
function readVerifier(verifier: Record<string, unknown>): { readonly key: KeyObject; readonly canonical: object } {
  const { publicKey, x509Certificate } = verifier
  if ((publicKey === undefined) === (x509Certificate === undefined))
    throw new Refusal(400, 'the verifier is not exactly one of a public key and a certificate')
  const what = publicKey === undefined ? 'x509Certificate' : 'publicKey'
  const raw = asBase64(asObject(verifier[what], what)['rawBytes'], 'rawBytes')
  try {
    const key =
      what === 'publicKey'
        ? createPublicKey({ key: raw, type: 'spki', format: 'der' })
        : // node:crypto would take PEM as well.
          raw[0] === 0x30 && new X509Certificate(raw).publicKey
    if (key !== false) return { key, canonical: { [what]: { rawBytes: raw.toString('base64') } } }
  } catch {
    // said below
  }
  throw new Refusal(400, 'the verifier cannot be parsed')
}

function kindOf(key: KeyObject): string {
  const details = key.asymmetricKeyDetails
  return [key.asymmetricKeyType, details?.namedCurve ?? details?.modulusLength].filter(Boolean).join(' ')
}

function verifies(key: KeyObject, hash: HashName, digest: Buffer, signature: Buffer): Promise<boolean> {
  return key.asymmetricKeyType === 'ed25519'
    ? verifyEd25519ph(rawEd25519(key.export({ type: 'spki', format: 'der' })), digest, signature)
    : verifyDigest(key, hash, digest, signature)
}
