import { createHash, randomBytes } from 'node:crypto'
import { AsnConvert, AsnUtf8StringConverter, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import { signWith, type ServiceKey } from './key.ts'

const ECDSA_WITH_SHA384 = '1.2.840.10045.4.3.3'
const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'
export const TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

/** Everything in a certificate but its extensions and its signature. */
export interface CertificateFrame {
  readonly issuer: Name
  readonly subject: Name
  /** DER SubjectPublicKeyInfo */
  readonly spki: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  readonly serial: Buffer
}

export function makeName(organization: string, commonName: string): Name {
  const part = (type: string, utf8String: string): RelativeDistinguishedName =>
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String }) })])
  return new Name([part(OID.organization, organization), part(OID.commonName, commonName)])
}

/** 159 random bits with the highest clear: positive, and within the 20 octets of RFC 5280, 4.1.2.2. */
export function makeSerial(): Buffer {
  const serial = randomBytes(20)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return serial
}

export function makeTbs(frame: CertificateFrame, extensions: readonly Extension[]): TBSCertificate {
  return new TBSCertificate({
    version: Version.v3,
    serialNumber: toArrayBuffer(frame.serial),
    signature: new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA384 }),
    issuer: frame.issuer,
    validity: new Validity({ notBefore: frame.notBefore, notAfter: frame.notAfter }),
    subject: frame.subject,
    subjectPublicKeyInfo: AsnConvert.parse(frame.spki, SubjectPublicKeyInfo),
    extensions: new Extensions([...extensions]),
  })
}

/** Signs with ECDSA and SHA-384 and returns DER. */
export function signCertificate(tbs: TBSCertificate, key: ServiceKey): Buffer {
  const signature = signWith(key, encode(tbs), 'sha384')
  return encode(
    new Certificate({
      tbsCertificate: tbs,
      signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA384 }),
      signatureValue: toArrayBuffer(signature),
    }),
  )
}

export function encode(value: unknown): Buffer {
  return Buffer.from(AsnConvert.serialize(value))
}

export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

export function extension(extnID: string, value: Uint8Array, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(value) })
}

export function utf8Extension(extnID: string, text: string): Extension {
  return extension(extnID, new Uint8Array(AsnUtf8StringConverter.toASN(text).toBER()))
}

export function keyUsage(flags: 'digitalSignature' | 'certificates'): Extension {
  const bits =
    flags === 'digitalSignature' ? KeyUsageFlags.digitalSignature : KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
  return extension(OID.keyUsage, encode(new KeyUsage(bits)), true)
}

export function extendedKeyUsage(purpose: string, critical = false): Extension {
  return extension(OID.extendedKeyUsage, encode(new ExtendedKeyUsage([purpose])), critical)
}

export function basicConstraints(pathLenConstraint: number): Extension {
  return extension(OID.basicConstraints, encode(new BasicConstraints({ cA: true, pathLenConstraint })), true)
}

/** Method (1) of RFC 5280, 4.2.1.2: SHA-1 of the bits of the public key. An identifier, not a security measure. */
function keyIdentifier(spki: Uint8Array): Buffer {
  const { subjectPublicKey } = AsnConvert.parse(spki, SubjectPublicKeyInfo)
  return createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest()
}

export function subjectKey(spki: Uint8Array): Extension {
  return extension(OID.subjectKeyIdentifier, encode(new SubjectKeyIdentifier(toArrayBuffer(keyIdentifier(spki)))))
}

export function authorityKey(spki: Uint8Array): Extension {
  const id = new KeyIdentifier(toArrayBuffer(keyIdentifier(spki)))
  return extension(OID.authorityKeyIdentifier, encode(new AuthorityKeyIdentifier({ keyIdentifier: id })))
}
