import type { Name } from '@peculiar/asn1-x509'
import {
  authorityKey,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  makeName,
  makeSerial,
  makeTbs,
  signCertificate,
  subjectKey,
} from './certificate.ts'
import { makeKey, type ServiceKey } from './key.ts'

/** Stands in every name the sandbox signs under, so that nobody takes it for a public authority. */
export const ORGANIZATION = 'sealwax sandbox - not for production'
const TEN_YEARS = 10 * 365 * 24 * 3600 * 1000

/** A certificate with its key. */
export interface Holder {
  readonly name: Name
  readonly commonName: string
  readonly key: ServiceKey
  readonly certificate: Buffer
  readonly serial: Buffer
}

export interface Authority {
  readonly root: Holder
  readonly intermediate: Holder
}

/** A root and an intermediate for one purpose (an extended key usage), both P-384. */
export function makeAuthority(what: string, purpose: string, notBefore: Date): Authority {
  const root = makeHolder(`sealwax sandbox ${what} root`, notBefore, undefined, [
    keyUsage('certificates'),
    basicConstraints(1),
  ])
  const intermediate = makeHolder(`sealwax sandbox ${what} intermediate`, notBefore, root, [
    keyUsage('certificates'),
    extendedKeyUsage(purpose),
    basicConstraints(0),
  ])
  return { root, intermediate }
}

/** The timestamp authority's leaf: RFC 3161, 2.3 wants this one key usage, and critical. */
export function makeLeaf(what: string, purpose: string, notBefore: Date, issuer: Holder): Holder {
  return makeHolder(`sealwax sandbox ${what}`, notBefore, issuer, [
    keyUsage('digitalSignature'),
    extendedKeyUsage(purpose, true),
  ])
}

function makeHolder(
  commonName: string,
  notBefore: Date,
  issuer: Holder | undefined,
  extensions: Parameters<typeof makeTbs>[1],
): Holder {
  const key = makeKey('P-384')
  const name = makeName(ORGANIZATION, commonName)
  const signer = issuer ?? { name, key }
  const serial = makeSerial()
  const frame = {
    issuer: signer.name,
    subject: name,
    spki: key.spki,
    notBefore,
    notAfter: new Date(notBefore.getTime() + TEN_YEARS),
    serial,
  }
  const links = issuer === undefined ? [subjectKey(key.spki)] : [subjectKey(key.spki), authorityKey(issuer.key.spki)]
  return {
    name,
    commonName,
    key,
    serial,
    certificate: signCertificate(makeTbs(frame, [...extensions, ...links]), signer.key),
  }
}

/** DER to PEM with 64 columns and a final line break, as Go writes it. */
export function toPem(der: Uint8Array, label: 'CERTIFICATE' | 'PUBLIC KEY'): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
