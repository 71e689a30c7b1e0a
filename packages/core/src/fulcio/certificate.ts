import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { booleanValue, type DerNode, oidText, readDer, tags } from '../encoding/index.ts'
import { type FulcioExtensions, readFulcioExtensions } from './extensions.ts'
import { readSubjectAlternativeNames, type SubjectAlternativeName } from './names.ts'
import { readTime } from './time.ts'

export type { SubjectAlternativeName } from './names.ts'

/** One certificate, read once. */
export interface Certificate {
  readonly der: Buffer
  readonly x509: X509Certificate
  /** The signed part, and the public key as it stands in it (SubjectPublicKeyInfo). */
  readonly tbs: DerNode
  readonly spki: Buffer
  readonly publicKey: KeyObject
  /** Big-endian hexadecimal. */
  readonly serial: string
  readonly issuerName: Buffer
  readonly subjectName: Buffer
  readonly notBefore: Date
  readonly notAfter: Date
  readonly isAuthority: boolean
  /** How many authorities may follow below this one; `undefined` is no limit. */
  readonly pathLength: number | undefined
  /** Whether the key usage extension is there and allows digital signatures. */
  readonly allowsSignatures: boolean
  /** Object identifiers; `undefined` when the extension is absent. */
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly isExtendedKeyUsageCritical: boolean
  /** Extensions by OID, the values inside their octet strings. */
  readonly extensions: ReadonlyMap<string, Buffer>
  /** Critical extensions that nothing here understands. */
  readonly unknownCritical: readonly string[]
  readonly subjectAlternativeNames: readonly SubjectAlternativeName[]
  readonly fulcio: FulcioExtensions
}

export const oids = {
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  extendedKeyUsage: '2.5.29.37',
  signedCertificateTimestamps: '1.3.6.1.4.1.11129.2.4.2',
} as const

const understood: ReadonlySet<string> = new Set([
  oids.keyUsage,
  oids.subjectAlternativeName,
  oids.basicConstraints,
  oids.extendedKeyUsage,
])

/**
 * An X.509 version 3 certificate from its DER (RFC 5280 section 4), frozen. Nothing is verified.
 * @throws SealwaxError `CERTIFICATE_INVALID`
 */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > limits.certificate) throw invalid(`at most ${limits.certificate} bytes`, `${der.length} bytes`)
  try {
    return read(Buffer.from(der))
  } catch (error) {
    if (error instanceof SealwaxError && error.code === 'CERTIFICATE_INVALID') throw error
    throw invalid('an X.509 certificate in DER (RFC 5280)', 'bytes that are none', error)
  }
}

/**
 * As `parseCertificate`, and the same object for the same bytes as long as they are remembered. A certificate is met more than
 * once: when it is received, in the check of what was signed with it, in all bundles of one run; and what is known about it (who
 * issued it) would be found out again. For certificates that stay in here: what callers hold, like a trusted root, is theirs alone.
 * @throws SealwaxError `CERTIFICATE_INVALID`
 */
export function recallCertificate(der: Uint8Array): Certificate {
  if (der.length > limits.certificate) return parseCertificate(der)
  const name = Buffer.from(der).toString('latin1')
  return recent.get(name) ?? remember(name, parseCertificate(der))
}

const recent = new Map<string, Certificate>()
const REMEMBERED = 64

function remember(name: string, certificate: Certificate): Certificate {
  const [oldest] = recent.size < REMEMBERED ? [] : recent.keys()
  if (oldest !== undefined) recent.delete(oldest)
  recent.set(name, certificate)
  return certificate
}

function read(der: Buffer): Certificate {
  // OpenSSL must be able to read it too: what two parsers see differently is not worth trusting.
  const x509 = new X509Certificate(der)
  const [tbs] = readDer(der).children()
  if (tbs === undefined) throw invalid('a TBSCertificate', 'nothing')
  const [version, serial, , issuer, validity, subject, spki, ...rest] = tbs.children()
  const extensionList = rest.find((node) => node.tag === 0xa3)?.children()[0]
  if (version?.tag !== 0xa0 || !version.content.equals(Buffer.from([2, 1, 2])))
    throw invalid('version 3 (RFC 5280 section 4.1.2.1)', 'another version')
  const [notBefore, notAfter] = validity?.children() ?? []
  if (!serial || !issuer || !subject || !spki || !notBefore || !notAfter)
    throw invalid('a TBSCertificate', 'parts of it')
  if (issuer.content.length === 0) throw invalid('an issuer with a name (RFC 5280 section 4.1.2.4)', 'an empty name')
  const { values, critical } = readExtensions(extensionList)
  const constraints = readBasicConstraints(values.get(oids.basicConstraints))
  const from = readTime(notBefore).getTime()
  const to = readTime(notAfter).getTime()
  return Object.freeze({
    der,
    x509,
    tbs,
    spki: spki.raw,
    publicKey: createPublicKey({ key: spki.raw, format: 'der', type: 'spki' }),
    serial: serial.content.toString('hex'),
    issuerName: issuer.raw,
    subjectName: subject.raw,
    // A new one each time: a Date cannot be frozen.
    get notBefore() {
      return new Date(from)
    },
    get notAfter() {
      return new Date(to)
    },
    ...constraints,
    allowsSignatures: readKeyUsage(values.get(oids.keyUsage)),
    extendedKeyUsage: Object.freeze(readExtendedKeyUsage(values.get(oids.extendedKeyUsage))),
    isExtendedKeyUsageCritical: critical.has(oids.extendedKeyUsage),
    extensions: values,
    unknownCritical: Object.freeze([...critical].filter((oid) => !understood.has(oid))),
    subjectAlternativeNames: Object.freeze(
      readSubjectAlternativeNames(values.get(oids.subjectAlternativeName)).map((name) => Object.freeze(name)),
    ),
    fulcio: Object.freeze(readFulcioExtensions(values)),
  })
}

function readExtensions(list: DerNode | undefined): { values: Map<string, Buffer>; critical: Set<string> } {
  const values = new Map<string, Buffer>()
  const critical = new Set<string>()
  for (const extension of list?.children() ?? []) {
    const [id, ...rest] = extension.children()
    const value = rest.pop()
    const [flag, ...more] = rest
    if (id === undefined || value?.tag !== tags.octetString || more.length > 0)
      throw invalid('an extension', 'another structure')
    const oid = oidText(id)
    if (values.has(oid)) throw invalid('each extension once (RFC 5280 section 4.2)', `${oid} twice`)
    values.set(oid, value.content)
    if (flag !== undefined && booleanValue(flag)) critical.add(oid)
  }
  return { values, critical }
}

function readBasicConstraints(value: Buffer | undefined): { isAuthority: boolean; pathLength: number | undefined } {
  if (value === undefined) return { isAuthority: false, pathLength: undefined }
  const constraints = readDer(value)
  if (constraints.tag !== tags.sequence) throw invalid('basic constraints', 'another value')
  const [first, second] = constraints.children()
  const isAuthority = first?.tag === tags.boolean && booleanValue(first)
  const length = isAuthority ? second : undefined
  if (length === undefined) return { isAuthority, pathLength: undefined }
  if (length.tag !== tags.integer || length.content.length !== 1 || (length.content[0] ?? 0) > 0x7f)
    throw invalid('a path length from 0 to 127', 'another value')
  return { isAuthority, pathLength: length.content[0] }
}

function readExtendedKeyUsage(value: Buffer | undefined): string[] | undefined {
  if (value === undefined) return undefined
  const usages = readDer(value)
  if (usages.tag !== tags.sequence) throw invalid('an extended key usage', 'another value')
  return usages.children().map(oidText)
}

/** OpenSSL's text of a name, on one line. It has none for an empty name, whatever its type says. */
export function nameText(name: string | undefined): string {
  return name?.replaceAll('\n', ', ') ?? ''
}

/** RFC 5280 section 4.2.1.3: the first bit of the string, whose first octet counts the unused bits at its end. */
function readKeyUsage(value: Buffer | undefined): boolean {
  if (value === undefined) return false
  const node = readDer(value)
  const [unused = 8, first = 0] = node.content
  const last = node.content.length > 1 ? (node.content.at(-1) ?? 0) : 0
  // X.690 section 11.2.1: at most seven unused bits, none without an octet to hold them, and each of them zero.
  const isPadded = unused < 8 && (last & ((1 << unused) - 1)) === 0 && (unused === 0 || node.content.length > 1)
  if (node.tag !== tags.bitString || !isPadded) throw invalid('a key usage', 'another value')
  return (first & 0x80) !== 0
}

function invalid(expected: string, found: string, cause?: unknown): SealwaxError {
  return new SealwaxError('CERTIFICATE_INVALID', 'the certificate cannot be read', { expected, found, cause })
}
