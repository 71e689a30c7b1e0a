import type { KeyObject } from 'node:crypto'
import { pemEncode } from '../../encoding/index.ts'
import { SealwaxError } from '../../errors.ts'
import { type Algorithm, type HashName, publicKeyPem } from '../../keys/index.ts'

/** Who made the signature, as the log keeps it. */
export type Verifier = { readonly certificate: Uint8Array } | { readonly publicKey: KeyObject }

/** An entry that a log is asked to take (Rekor's openapi.yaml, `ProposedEntry`). */
export interface ProposedEntry {
  readonly kind: 'hashedrekord' | 'dsse'
  readonly apiVersion: '0.0.1'
  readonly spec: object
}

/** An entry for a signature over content that the log does not see: its digest, the signature and the verifier. */
export function hashedRekordProposal(
  content: { readonly digest: Uint8Array; readonly hash: HashName; readonly signature: Uint8Array },
  verifier: Verifier,
): ProposedEntry {
  return {
    kind: 'hashedrekord',
    apiVersion: '0.0.1',
    spec: {
      data: { hash: { algorithm: content.hash, value: Buffer.from(content.digest).toString('hex') } },
      signature: {
        content: Buffer.from(content.signature).toString('base64'),
        publicKey: { content: verifierPem(verifier) },
      },
    },
  }
}

/** An entry for a DSSE envelope. The log checks the envelope and keeps only hashes of it. */
export function dsseProposal(
  envelope: { readonly payloadType: string; readonly payload: Uint8Array; readonly signature: Uint8Array },
  verifier: Verifier,
): ProposedEntry {
  const json = JSON.stringify({
    payloadType: envelope.payloadType,
    payload: Buffer.from(envelope.payload).toString('base64'),
    signatures: [{ sig: Buffer.from(envelope.signature).toString('base64') }],
  })
  return {
    kind: 'dsse',
    apiVersion: '0.0.1',
    spec: { proposedContent: { envelope: json, verifiers: [verifierPem(verifier)] } },
  }
}

/**
 * Refuses what Rekor v1 does not log, before anything is signed or sent: `algorithm.rekorV1` says why.
 * @throws SealwaxError `KEY_UNSUPPORTED`
 */
export function requireLoggable({ name, rekorV1 }: Algorithm, kind: ProposedEntry['kind']): void {
  if (rekorV1.includes(kind)) return
  const other = kind === 'dsse' ? 'sign the file itself' : 'make an attestation'
  throw new SealwaxError('KEY_UNSUPPORTED', `the log cannot take ${whats[kind]} by a key of this kind (${name})`, {
    expected: 'a P-256 or RSA key, or a signing config that names no transparency log',
    found: `${name}, and a Rekor log of API version 1`,
    hint: rekorV1.length > 0 ? `use a P-256 key, or ${other}: that can be logged` : 'use a P-256 key',
  })
}

const whats = { dsse: 'an attestation', hashedrekord: 'a signature over a file' } as const

/** The PEM text itself in base64, as Rekor wants it. */
function verifierPem(verifier: Verifier): string {
  const pem =
    'certificate' in verifier ? pemEncode('CERTIFICATE', verifier.certificate) : publicKeyPem(verifier.publicKey)
  return Buffer.from(pem).toString('base64')
}
