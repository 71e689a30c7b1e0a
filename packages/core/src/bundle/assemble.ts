import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle'
import { latestMediaType } from './media-type.ts'

/** What tells the verifier whose signature it is: the signer's certificate (DER), or a hint at a key it already has. */
export type Material = { readonly certificate: Uint8Array } | { readonly publicKeyHint: string }

/** What the services said: log entries, and RFC 3161 timestamp responses (DER). */
export interface Witnesses {
  readonly entries: readonly TransparencyLogEntry[]
  readonly timestamps: readonly Uint8Array[]
}

/** `HashAlgorithm` of sigstore_common.proto. */
const hashNumbers = { sha256: 1, sha384: 2, sha512: 3 } as const

/** A bundle over a message that travels apart from it, known by its digest. */
export function messageBundle(
  content: {
    readonly digest: Uint8Array
    readonly hash: 'sha256' | 'sha384' | 'sha512'
    readonly signature: Uint8Array
    readonly material: Material
  } & Witnesses,
): Bundle {
  return {
    mediaType: latestMediaType,
    verificationMaterial: verificationMaterial(content.material, content),
    content: {
      $case: 'messageSignature',
      messageSignature: {
        messageDigest: { algorithm: hashNumbers[content.hash], digest: Buffer.from(content.digest) },
        signature: Buffer.from(content.signature),
      },
    },
  }
}

/** A bundle that carries what was signed, in a DSSE envelope with one signature. */
export function envelopeBundle(
  content: {
    readonly payloadType: string
    readonly payload: Uint8Array
    readonly signature: Uint8Array
    readonly material: Material
  } & Witnesses,
): Bundle {
  return {
    mediaType: latestMediaType,
    verificationMaterial: verificationMaterial(content.material, content),
    content: {
      $case: 'dsseEnvelope',
      dsseEnvelope: {
        payloadType: content.payloadType,
        payload: Buffer.from(content.payload),
        signatures: [{ sig: Buffer.from(content.signature), keyid: '' }],
      },
    },
  }
}

function verificationMaterial(material: Material, witnesses: Witnesses): Bundle['verificationMaterial'] {
  return {
    content:
      'certificate' in material
        ? { $case: 'certificate', certificate: { rawBytes: Buffer.from(material.certificate) } }
        : { $case: 'publicKey', publicKey: { hint: material.publicKeyHint } },
    tlogEntries: [...witnesses.entries],
    timestampVerificationData:
      witnesses.timestamps.length === 0
        ? undefined
        : {
            rfc3161Timestamps: witnesses.timestamps.map((timestamp) => ({ signedTimestamp: Buffer.from(timestamp) })),
          },
  }
}
