import { hash, sign } from 'node:crypto'
import {
  derContext,
  derInteger,
  derNode,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSet,
} from '../../src/encoding/index.ts'
import { derGeneralizedTime, derName, type Issued } from './certificate.ts'

export interface StampWishes {
  /** Who signs; its issuer's name and serial number go into the token. */
  readonly authority: Issued & { readonly issuerName: string; readonly serial: number }
  readonly over: Uint8Array
  readonly time: Date
  readonly embed?: readonly Buffer[]
  readonly status?: number
  /** What the signed attributes say instead of the truth. */
  readonly contentType?: string
  readonly messageDigest?: Buffer
  readonly namedCertificate?: Buffer
  readonly imprintHash?: string
  readonly signedBy?: Issued['key']
  /** The signature algorithm, which stands outside the signature. */
  readonly signatureOid?: string
  /** How often the signer is listed. */
  readonly signers?: number
}

const sha256Oid = '2.16.840.1.101.3.4.2.1'
const infoOid = '1.2.840.113549.1.9.16.1.4'

/** A timestamp response (RFC 3161) as wished. */
export function timestampResponse(wishes: StampWishes): Buffer {
  const info = derSequence(
    derInteger(1),
    derOid('1.3.6.1.4.1.57264.2'),
    derSequence(
      derSequence(derOid(wishes.imprintHash ?? sha256Oid), derNull()),
      derOctets(hash(wishes.imprintHash === '1.3.14.3.2.26' ? 'sha1' : 'sha256', wishes.over, 'buffer')),
    ),
    derInteger(99),
    derGeneralizedTime(wishes.time),
  )
  const attributes = [
    attribute('1.2.840.113549.1.9.3', derOid(wishes.contentType ?? infoOid)),
    attribute('1.2.840.113549.1.9.4', derOctets(wishes.messageDigest ?? hash('sha256', info, 'buffer'))),
    attribute(
      '1.2.840.113549.1.9.16.2.47',
      derSequence(
        derSequence(derSequence(derOctets(hash('sha256', wishes.namedCertificate ?? wishes.authority.der, 'buffer')))),
      ),
    ),
  ]
  const isLarge = wishes.authority.key.publicKey.asymmetricKeyDetails?.namedCurve === 'secp384r1'
  const signature = sign(
    isLarge ? 'sha384' : 'sha256',
    derSet(...attributes),
    (wishes.signedBy ?? wishes.authority.key).privateKey,
  )
  const signer = derSequence(
    derInteger(1),
    derSequence(derName(wishes.authority.issuerName), derInteger(wishes.authority.serial)),
    derSequence(derOid(sha256Oid)),
    derContext(0, ...attributes),
    derSequence(derOid(wishes.signatureOid ?? (isLarge ? '1.2.840.10045.4.3.3' : '1.2.840.10045.4.3.2'))),
    derOctets(signature),
  )
  const signedData = derSequence(
    derInteger(3),
    derSet(derSequence(derOid(sha256Oid))),
    derSequence(derOid(infoOid), derContext(0, derOctets(info))),
    ...(wishes.embed === undefined ? [] : [derNode(0xa0, ...wishes.embed)]),
    derSet(...Array.from({ length: wishes.signers ?? 1 }, () => signer)),
  )
  const token = derSequence(derOid('1.2.840.113549.1.7.2'), derContext(0, signedData))
  return derSequence(derSequence(derInteger(wishes.status ?? 0)), token)
}

function attribute(oid: string, value: Buffer): Buffer {
  return derSequence(derOid(oid), derSet(value))
}
