import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle'
import { base64Encode } from '../encoding/index.ts'

const hashNames: Readonly<Record<number, string>> = { 1: 'SHA2_256', 2: 'SHA2_384', 3: 'SHA2_512' }

/** The bundle as the text of its file: protobuf's JSON mapping, compact, absent parts left out. */
export function bundleJson(bundle: Bundle): string {
  const { content, verificationMaterial: material } = bundle
  const timestamps = material.timestampVerificationData?.rfc3161Timestamps ?? []
  return JSON.stringify({
    mediaType: bundle.mediaType,
    verificationMaterial: {
      ...signer(material.content),
      tlogEntries: material.tlogEntries.length === 0 ? undefined : material.tlogEntries.map(entry),
      timestampVerificationData:
        timestamps.length === 0
          ? undefined
          : { rfc3161Timestamps: timestamps.map((item) => ({ signedTimestamp: base64Encode(item.signedTimestamp) })) },
    },
    ...(content.$case === 'messageSignature'
      ? {
          messageSignature: {
            messageDigest: {
              algorithm: hashNames[content.messageSignature.messageDigest.algorithm],
              digest: base64Encode(content.messageSignature.messageDigest.digest),
            },
            signature: base64Encode(content.messageSignature.signature),
          },
        }
      : {
          dsseEnvelope: {
            payload: base64Encode(content.dsseEnvelope.payload),
            payloadType: content.dsseEnvelope.payloadType,
            signatures: content.dsseEnvelope.signatures.map(({ sig, keyid }) => ({
              sig: base64Encode(sig),
              keyid: keyid === '' ? undefined : keyid,
            })),
          },
        }),
  })
}

function signer(content: Bundle['verificationMaterial']['content']): object {
  switch (content.$case) {
    case 'publicKey':
      return { publicKey: { hint: content.publicKey.hint } }
    case 'certificate':
      return { certificate: { rawBytes: base64Encode(content.certificate.rawBytes) } }
    case 'x509CertificateChain': {
      const { certificates } = content.x509CertificateChain
      return {
        x509CertificateChain: {
          certificates: certificates.map(({ rawBytes }) => ({ rawBytes: base64Encode(rawBytes) })),
        },
      }
    }
  }
}

function entry(item: TransparencyLogEntry): object {
  const proof = item.inclusionProof
  const promise = item.inclusionPromise
  return {
    logIndex: item.logIndex,
    logId: { keyId: base64Encode(item.logId.keyId) },
    kindVersion: item.kindVersion,
    // Rekor v2 has no integrated time: zero is left out, as Go's encoder does.
    integratedTime: item.integratedTime === '0' ? undefined : item.integratedTime,
    inclusionPromise: promise && { signedEntryTimestamp: base64Encode(promise.signedEntryTimestamp) },
    inclusionProof: proof && {
      logIndex: proof.logIndex,
      rootHash: base64Encode(proof.rootHash),
      treeSize: proof.treeSize,
      hashes: proof.hashes.map(base64Encode),
      checkpoint: proof.checkpoint && { envelope: proof.checkpoint.envelope },
    },
    canonicalizedBody: base64Encode(item.canonicalizedBody),
  }
}
