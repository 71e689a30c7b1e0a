import { GeneralName, Name, SubjectAlternativeName, type Extension } from '@peculiar/asn1-x509'
import type { CtLog } from '../ctlog.ts'
import type { Lie } from '../faults/index.ts'
import {
  authorityKey,
  CODE_SIGNING,
  encode,
  extendedKeyUsage,
  extension,
  keyUsage,
  makeKey,
  makeSerial,
  makeTbs,
  signCertificate,
  subjectKey,
  utf8Extension,
  type Holder,
} from '../pki/index.ts'
import { RAW_EXTENSIONS, type Principal } from './principal.ts'

const ARC = '1.3.6.1.4.1.57264.1'
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17'
const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2'
const LIFETIME = 10 * 60 * 1000
/** Whose certificate the caller is given under the lie 'wrong-certificate', as if two answers had been mixed up. */
const SOMEBODY_ELSE = { email: 'somebody.else@sandbox.example' }

/** Issues a certificate as Fulcio does: ten minutes, empty subject, critical SAN, the SCT embedded last. Returns DER. */
export function issueCertificate(
  principal: Principal,
  spki: Buffer,
  issuer: Holder,
  log: CtLog,
  now: Date,
  lie: Lie | undefined,
): Buffer {
  const subjectSpki = lie === 'other-subject-key' || lie === 'wrong-certificate' ? makeKey('P-256').spki : spki
  const notBefore = lie === 'expired' ? new Date(now.getTime() - 2 * LIFETIME) : now
  const frame = {
    issuer: issuer.name,
    subject: new Name(),
    spki: subjectSpki,
    notBefore,
    notAfter: new Date(notBefore.getTime() + LIFETIME),
    serial: makeSerial(),
  }
  const holder = lie === 'wrong-certificate' ? { ...principal, san: SOMEBODY_ELSE } : principal
  const extensions = extensionsOf(holder, subjectSpki, issuer)
  if (lie !== 'no-sct') {
    // The log signs the certificate as it will be, less the very extension that holds its signature (RFC 6962, 3.2).
    const stranger = lie === 'wrong-sct' ? makeKey('P-256') : undefined
    const promised = lie === 'bad-sct' ? { ...frame, serial: makeSerial() } : frame
    const list = log.promise(encode(makeTbs(promised, extensions)), issuer.key.id, now, stranger)
    extensions.push(extension(SCT_LIST, list))
  }
  return signCertificate(makeTbs(frame, extensions), lie === 'wrong-key' ? makeKey('P-384') : issuer.key)
}

function extensionsOf(principal: Principal, spki: Buffer, issuer: Holder): Extension[] {
  const san =
    'email' in principal.san ? { rfc822Name: principal.san.email } : { uniformResourceIdentifier: principal.san.uri }
  const own = [...principal.extensions].map(([number, text]) =>
    RAW_EXTENSIONS.has(number)
      ? extension(`${ARC}.${number}`, Buffer.from(text))
      : utf8Extension(`${ARC}.${number}`, text),
  )
  return [
    keyUsage('digitalSignature'),
    extendedKeyUsage(CODE_SIGNING),
    subjectKey(spki),
    authorityKey(issuer.key.spki),
    // Critical, because the subject is empty (RFC 5280, 4.2.1.6).
    extension(SUBJECT_ALTERNATIVE_NAME, encode(new SubjectAlternativeName([new GeneralName(san)])), true),
    ...own,
  ]
}
