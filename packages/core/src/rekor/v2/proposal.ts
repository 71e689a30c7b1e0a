import { hash } from 'node:crypto'
import { canonicalJson, preAuthEncoding } from '../../encoding/index.ts'
import { SealwaxError } from '../../errors.ts'
import type { Algorithm, HashName } from '../../keys/index.ts'
import { keyDetails, type LoggedContent } from '../entry.ts'
import type { Verifier } from '../v1/proposal.ts'

/** A hashedrekord 0.0.2, the one kind of entry that a Rekor v2 log takes (rekor-tiles, rekor/v2/hashedrekord.proto). */
export interface ProposedRecord {
  /** The text to post. */
  readonly request: string
  /** The entry as the log will keep it: what it hashes is canonical JSON, so it is known before it is asked. */
  readonly body: Buffer
}

const hashNames: Readonly<Record<HashName, string>> = { sha256: 'SHA2_256', sha384: 'SHA2_384', sha512: 'SHA2_512' }

/**
 * An entry for a signature: over the digest of a message, or of a DSSE envelope's pre-authentication encoding.
 * @throws SealwaxError `KEY_UNSUPPORTED`
 */
export function recordProposal(
  { signature, algorithm, content }: Omit<LoggedContent, 'verifier'>,
  verifier: Verifier,
): ProposedRecord {
  const { hash: name } = requireHash(algorithm)
  const digest =
    content.kind === 'message'
      ? content.digest
      : hash(name, preAuthEncoding(content.payloadType, content.payload), 'buffer')
  const signed = {
    content: Buffer.from(signature).toString('base64'),
    verifier: { ...material(verifier), keyDetails: keyDetails[algorithm.keyDetails] },
  }
  const data = { algorithm: hashNames[name], digest: Buffer.from(digest).toString('base64') }
  return {
    request: JSON.stringify({ hashedRekordRequestV002: { digest: data.digest, signature: signed } }),
    body: Buffer.from(
      canonicalJson({
        apiVersion: '0.0.2',
        kind: 'hashedrekord',
        spec: { hashedRekordV002: { data, signature: signed } },
      }),
    ),
  }
}

function material(verifier: Verifier): object {
  if ('certificate' in verifier)
    return { x509Certificate: { rawBytes: Buffer.from(verifier.certificate).toString('base64') } }
  const spki = verifier.publicKey.export({ type: 'spki', format: 'der' })
  return { publicKey: { rawBytes: spki.toString('base64') } }
}

/**
 * The log checks the signature from the digest, which plain Ed25519 does not allow.
 * @throws SealwaxError `KEY_UNSUPPORTED`
 */
export function requireHash(algorithm: Algorithm): { readonly hash: HashName } {
  if (algorithm.hash !== undefined) return { hash: algorithm.hash }
  throw new SealwaxError(
    'KEY_UNSUPPORTED',
    `the log cannot take a signature by a key of this kind (${algorithm.name})`,
    {
      expected: 'an ECDSA or RSA key, or a signing config that names no transparency log',
      found: `${algorithm.name}, and a Rekor log of API version 2`,
      hint: 'use a P-256 key',
    },
  )
}
