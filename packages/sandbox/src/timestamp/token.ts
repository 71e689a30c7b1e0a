import { createHash, randomBytes } from 'node:crypto'
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  CMSVersion,
  ContentInfo,
  DigestAlgorithmIdentifier,
  DigestAlgorithmIdentifiers,
  EncapsulatedContent,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignatureAlgorithmIdentifier,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from '@peculiar/asn1-cms'
import {
  AsnConvert,
  AsnObjectIdentifierConverter,
  AsnOctetStringConverter,
  AsnUTCTimeConverter,
  OctetString,
} from '@peculiar/asn1-schema'
import {
  Accuracy,
  MessageImprint,
  PKIStatus,
  PKIStatusInfo,
  TimeStampResp,
  TimeStampToken,
  TSTInfo,
  TSTInfoVersion,
} from '@peculiar/asn1-tsp'
import { AlgorithmIdentifier, Certificate, GeneralName } from '@peculiar/asn1-x509'
import type { Lie } from '../faults/index.ts'
import { derElement, encode, makeKey, makeSerial, signWith, toArrayBuffer, type Holder } from '../pki/index.ts'
import { POLICY, type TimestampRequest } from './request.ts'
import { signingCertificate } from './signing-certificate.ts'

const SET = 0x31
const SIGNED_DATA = '1.2.840.113549.1.7.2'
const TST_INFO = '1.2.840.113549.1.9.16.1.4'
const SHA256 = '2.16.840.1.101.3.4.2.1'
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const
const YEAR = 365 * 24 * 3600 * 1000

export interface TimestampSigner {
  readonly leaf: Holder
  readonly issuer: Holder
}

/** A granted response (RFC 3161, 2.4.2) as DER. */
export function makeResponse(
  request: TimestampRequest,
  signer: TimestampSigner,
  now: Date,
  lie: Lie | undefined,
): Buffer {
  const info = encode(makeInfo(request, signer.leaf, wholeSeconds(now), lie))
  const data = new SignedData({
    version: CMSVersion.v3,
    digestAlgorithms: new DigestAlgorithmIdentifiers([new DigestAlgorithmIdentifier({ algorithm: SHA256 })]),
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: TST_INFO,
      eContent: new EncapsulatedContent({ single: new OctetString(info) }),
    }),
    signerInfos: new SignerInfos([makeSignerInfo(info, signer, now, lie)]),
  })
  if (request.wantsCertificate) {
    const certificate = AsnConvert.parse(signer.leaf.certificate, Certificate)
    data.certificates = new CertificateSet([new CertificateChoices({ certificate })])
  }
  const token = new ContentInfo({ contentType: SIGNED_DATA, content: toArrayBuffer(encode(data)) })
  return encode(
    new TimeStampResp({
      status: new PKIStatusInfo({ status: PKIStatus.granted }),
      timeStampToken: AsnConvert.parse(encode(token), TimeStampToken),
    }),
  )
}

function makeInfo(request: TimestampRequest, leaf: Holder, now: Date, lie: Lie | undefined): TSTInfo {
  const digest = lie === 'wrong-imprint' ? randomBytes(request.digest.length) : request.digest
  const nonce = lie === 'wrong-nonce' ? makeSerial() : request.nonce
  const info = new TSTInfo({
    version: TSTInfoVersion.v1,
    policy: POLICY,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithm: request.algorithm }),
      hashedMessage: new OctetString(digest),
    }),
    serialNumber: toArrayBuffer(makeSerial()),
    genTime: lie === 'expired' ? new Date(now.getTime() - YEAR) : now,
    accuracy: new Accuracy({ seconds: 1 }),
    tsa: new GeneralName({ directoryName: leaf.name }),
  })
  if (nonce !== undefined) info.nonce = toArrayBuffer(nonce)
  return info
}

function makeSignerInfo(info: Buffer, { leaf, issuer }: TimestampSigner, now: Date, lie: Lie | undefined): SignerInfo {
  const attributes = signedAttributes(info, leaf, issuer, now)
  // RFC 5652, 5.4: signed is the DER of a SET OF, not the [0] that stands in the message.
  const signed = derElement(SET, Buffer.concat(attributes.map((attribute) => encode(attribute))))
  return new SignerInfo({
    version: CMSVersion.v1,
    sid: new SignerIdentifier({
      issuerAndSerialNumber: new IssuerAndSerialNumber({
        issuer: issuer.name,
        serialNumber: toArrayBuffer(leaf.serial),
      }),
    }),
    digestAlgorithm: new DigestAlgorithmIdentifier({ algorithm: SHA256 }),
    signedAttrs: attributes,
    signatureAlgorithm: new SignatureAlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 }),
    signature: new OctetString(signWith(lie === 'wrong-key' ? makeKey('P-384') : leaf.key, signed)),
  })
}

/** In DER order (X.690, 11.6), so that a verifier which encodes them anew gets the same bytes. */
function signedAttributes(info: Buffer, leaf: Holder, issuer: Holder, now: Date): Attribute[] {
  const digest = createHash('sha256').update(info).digest()
  const attribute = (attrType: string, value: ArrayBuffer): Attribute =>
    new Attribute({ attrType, attrValues: [value] })
  return [
    attribute(ATTRIBUTE.contentType, AsnObjectIdentifierConverter.toASN(TST_INFO).toBER()),
    attribute(ATTRIBUTE.signingTime, AsnUTCTimeConverter.toASN(now).toBER()),
    attribute(ATTRIBUTE.messageDigest, AsnOctetStringConverter.toASN(toArrayBuffer(digest)).toBER()),
    attribute(ATTRIBUTE.signingCertificateV2, toArrayBuffer(signingCertificate(leaf, issuer))),
  ].toSorted((a, b) => Buffer.compare(encode(a), encode(b)))
}

/** GeneralizedTime in DER has no fraction unless it is needed; the real authority's has none. */
function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000)
}
