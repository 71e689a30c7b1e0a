import { derElement, makeKey, signWith, type ServiceKey } from './pki/index.ts'

/** A Certificate Transparency log, as far as Sigstore uses one: it promises to log a certificate before that is issued. */
export interface CtLog {
  readonly key: ServiceKey
  /**
   * The value of the SCT list extension for a certificate.
   * @param tbs DER TBSCertificate without the SCT list and without the poison extension
   * @param issuerKeyId SHA-256 of the issuer's SPKI
   */
  promise(tbs: Buffer, issuerKeyId: Buffer, timestamp: Date, signer?: ServiceKey): Buffer
}

const V1 = 0
const CERTIFICATE_TIMESTAMP = 0
const PRECERT_ENTRY = 1
const SHA256 = 4
const ECDSA = 3
const OCTET_STRING = 0x04

export function makeCtLog(): CtLog {
  const key = makeKey('P-256')
  return {
    key,
    promise: (tbs, issuerKeyId, timestamp, signer = key) => {
      const time = Buffer.alloc(8)
      time.writeBigUInt64BE(BigInt(timestamp.getTime()))
      const none = number(0, 2)
      // RFC 6962, 3.2: what is signed for a precertificate
      const signed = Buffer.concat([
        Buffer.of(V1, CERTIFICATE_TIMESTAMP),
        time,
        number(PRECERT_ENTRY, 2),
        issuerKeyId,
        withLength(tbs, 3),
        none,
      ])
      const signature = Buffer.concat([Buffer.of(SHA256, ECDSA), withLength(signWith(signer, signed), 2)])
      const sct = Buffer.concat([Buffer.of(V1), key.id, time, none, signature])
      // RFC 6962, 3.3 wraps the list once more.
      return derElement(OCTET_STRING, withLength(withLength(sct, 2), 2))
    },
  }
}

function withLength(bytes: Buffer, size: number): Buffer {
  return Buffer.concat([number(bytes.length, size), bytes])
}

function number(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size)
  bytes.writeUIntBE(value, 0, size)
  return bytes
}
