import { parseJson, pemDecode } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import type { IdentityToken } from '../identity/index.ts'
import type { Signer } from '../keys/signing.ts'
import { limits } from '../limits.ts'
import { type Deadline, type Network, request } from '../net/index.ts'

export interface CertificateRequest {
  /** The base address of the certificate authority. */
  readonly url: string
  readonly identity: IdentityToken
  /** Holds the key that the certificate shall be for. */
  readonly signer: Signer
  /** That key's public part, as PEM. */
  readonly publicKey: string
  readonly deadline: Deadline
  readonly network?: Network | undefined
}

/** What Fulcio calls the kinds of key (fulcio.proto, message PublicKey). */
const keyKinds = { ec: 'ECDSA', rsa: 'RSA', ed25519: 'ED25519' } as const

/**
 * Asks a certificate authority for a certificate: `POST /api/v2/signingCert` (fulcio.proto). The proof of possession is a
 * signature over the token's subject. The chain comes back as DER, the new certificate first, and unchecked.
 * @throws SealwaxError `SERVICE_*`, `CANCELLED`
 */
export async function requestCertificate({
  url,
  identity,
  signer,
  publicKey,
  deadline,
  network,
}: CertificateRequest): Promise<Buffer[]> {
  const proof = await signer.sign(Buffer.from(identity.subject))
  const body = {
    publicKeyRequest: {
      publicKey: { algorithm: keyKinds[signer.algorithm.key.type], content: publicKey },
      proofOfPossession: proof.signature.toString('base64'),
    },
  }
  const answer = await request(`${url.replace(/\/+$/, '')}/api/v2/signingCert`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${identity.token.expose()}` },
    accept: 'application/json',
    body: JSON.stringify(body),
    deadline,
    ...(network && { network }),
    // A second certificate for the same request does no harm: the first one is never used.
    retry: 'idempotent',
    service: 'Fulcio',
    plainHttp: 'any',
    hint: (status, words) => hintFor(status, words, identity),
    secrets: [identity.token],
  })
  return certificatesIn(answer.body)
}

/** Fulcio says little about a token that it refuses, and the token must not be shown: so what is known about it is. */
function hintFor(status: number, words: string, { source, issuer }: IdentityToken): string | undefined {
  if (status !== 400 && status !== 401 && status !== 403) return undefined
  if (/expired/i.test(words)) return 'get a new token right before signing, and check the clock of this machine'
  if (!/token|issuer|identity|audience|credential|unauthenticated|authenticat/i.test(words)) return undefined
  return `the token is from ${source}, its issuer is ${issuer}: this Fulcio must accept that issuer; is it the signing config that belongs to it?`
}

function certificatesIn(body: Buffer): Buffer[] {
  const answer = parseAnswer(body)
  const pems = answer.signedCertificateEmbeddedSct?.chain?.certificates
  if (!Array.isArray(pems) || pems.length === 0 || pems.length > limits.certificates) {
    const detached = answer.signedCertificateDetachedSct !== undefined
    const many = Array.isArray(pems) && pems.length > 0
    throw invalid(
      many ? `at most ${limits.certificates} certificates` : '`signedCertificateEmbeddedSct` with a chain',
      many ? `${pems.length}` : detached ? 'a certificate whose SCT is detached' : 'none',
    )
  }
  return pems.map((pem) => {
    try {
      const [block, ...more] = pemDecode(String(pem), 'CERTIFICATE')
      if (block && more.length === 0) return block.der
    } catch {
      // Told below, with the service's name.
    }
    throw invalid('certificates in PEM', 'something else')
  })
}

interface FulcioAnswer {
  readonly signedCertificateEmbeddedSct?: { readonly chain?: { readonly certificates?: unknown } }
  readonly signedCertificateDetachedSct?: unknown
}

function parseAnswer(body: Buffer): FulcioAnswer {
  try {
    const answer = parseJson(body, "Fulcio's answer", limits.answer)
    return typeof answer === 'object' && answer !== null ? answer : {}
  } catch {
    throw invalid('a JSON object', `${body.length} bytes that are no JSON`)
  }
}

const invalid = (expected: string, found: string): SealwaxError =>
  new SealwaxError('SERVICE_ANSWER_INVALID', "Fulcio's answer cannot be used", { expected, found })
