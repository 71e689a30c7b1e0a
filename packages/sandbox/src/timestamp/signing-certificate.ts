import { createHash } from 'node:crypto'
import { AsnIntegerArrayBufferConverter, AsnProp, AsnPropTypes, OctetString } from '@peculiar/asn1-schema'
import { GeneralName, GeneralNames } from '@peculiar/asn1-x509'
import { encode, toArrayBuffer, type Holder } from '../pki/index.ts'

/** IssuerSerial of RFC 5035, 5. */
class IssuerSerial {
  issuer: GeneralNames = new GeneralNames()
  serialNumber: ArrayBuffer = new ArrayBuffer(0)
}
AsnProp({ type: GeneralNames })(IssuerSerial.prototype, 'issuer')
AsnProp({ type: AsnPropTypes.Integer, converter: AsnIntegerArrayBufferConverter })(
  IssuerSerial.prototype,
  'serialNumber',
)

/** ESSCertIDv2 of RFC 5035, 5; its hash algorithm is left out, for SHA-256 is the default. */
class CertificateId {
  hash: OctetString = new OctetString()
  issuerSerial: IssuerSerial = new IssuerSerial()
}
AsnProp({ type: OctetString })(CertificateId.prototype, 'hash')
AsnProp({ type: IssuerSerial })(CertificateId.prototype, 'issuerSerial')

class SigningCertificate {
  certs: CertificateId[] = []
}
AsnProp({ type: CertificateId, repeated: 'sequence' })(SigningCertificate.prototype, 'certs')

/**
 * The value of the attribute that ties a token to the certificate of its signer, so that no other certificate for the same key can be put
 * in its place (RFC 5816).
 */
export function signingCertificate(leaf: Holder, issuer: Holder): Buffer {
  const issuerSerial = new IssuerSerial()
  issuerSerial.issuer = new GeneralNames([new GeneralName({ directoryName: issuer.name })])
  issuerSerial.serialNumber = toArrayBuffer(leaf.serial)
  const id = new CertificateId()
  id.hash = new OctetString(createHash('sha256').update(leaf.certificate).digest())
  id.issuerSerial = issuerSerial
  const value = new SigningCertificate()
  value.certs = [id]
  return encode(value)
}
