import { createHash, type KeyObject, sign } from 'node:crypto'
import {
  derBoolean,
  derContext,
  derInteger,
  derNode,
  derOctets,
  derOid,
  derSequence,
  derSet,
  tags,
} from '../../src/encoding/index.ts'

/** One certificate and the key that goes with it. Anything in it can be made wrong. */
export interface Issued {
  readonly der: Buffer
  readonly name: string
  readonly key: KeyPair
}

export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

export interface Extension {
  readonly oid: string
  readonly critical?: boolean
  readonly value: Buffer
}

export interface Wishes {
  readonly name: string
  readonly key: KeyPair
  readonly issuer?: { readonly name: string; readonly key: KeyPair }
  readonly extensions?: readonly Extension[]
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly serial?: number
  /** The version as it is encoded: 2 for version 3. */
  readonly version?: number
  /** Signs with SHA-1. */
  readonly isWeak?: boolean
}

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' })

/** ecdsa-with-SHA256 or ecdsa-with-SHA384, by the issuer's curve. */
function algorithm(key: KeyObject, isWeak = false): { readonly hash: string; readonly der: Buffer } {
  if (isWeak) return { hash: 'sha1', der: derSequence(derOid('1.2.840.10045.4.1')) }
  const isLarge = key.asymmetricKeyDetails?.namedCurve === 'secp384r1'
  const der = derSequence(derOid(isLarge ? '1.2.840.10045.4.3.3' : '1.2.840.10045.4.3.2'))
  return { hash: isLarge ? 'sha384' : 'sha256', der }
}

/** A name of one part, or for an empty text a name of none, as Fulcio's leaves have it. */
export function derName(name: string): Buffer {
  if (name === '') return derSequence()
  const value = derNode(tags.utf8String, Buffer.from(name))
  return derSequence(derSet(derSequence(derOid('2.5.4.3'), value)))
}

const digits = (time: Date): string => time.toISOString().replace(/[-:T]/g, '').slice(0, 14)

/** A time as certificates have it until 2049 (RFC 5280 section 4.1.2.5): UTCTime. */
export function derTime(time: Date): Buffer {
  return derNode(tags.utcTime, Buffer.from(`${digits(time).slice(2)}Z`))
}

/** A time as timestamps have it (RFC 3161 section 2.4.2): GeneralizedTime. */
export function derGeneralizedTime(time: Date): Buffer {
  return derNode(tags.generalizedTime, Buffer.from(`${digits(time)}Z`))
}

/** A certificate as wished, signed by the issuer, or by itself when there is none. */
export function issue(wishes: Wishes): Issued {
  const issuer = wishes.issuer ?? wishes
  const signing = algorithm(issuer.key.publicKey, wishes.isWeak)
  const tbs = derSequence(
    derContext(0, derInteger(wishes.version ?? 2)),
    derInteger(wishes.serial ?? 4711),
    signing.der,
    derName(issuer.name),
    derSequence(derTime(wishes.notBefore ?? date('2026-01-01')), derTime(wishes.notAfter ?? date('2027-01-01'))),
    derName(wishes.name),
    spkiOf(wishes.key.publicKey),
    ...(wishes.extensions === undefined ? [] : [derContext(3, derSequence(...wishes.extensions.map(derExtension)))]),
  )
  const signature = sign(signing.hash, tbs, issuer.key.privateKey)
  const der = derSequence(tbs, signing.der, derNode(tags.bitString, Buffer.of(0), signature))
  return { der, name: wishes.name, key: wishes.key }
}

function derExtension({ oid, critical = false, value }: Extension): Buffer {
  return derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctets(value))
}

export const date = (text: string): Date => new Date(text)

export const extension = {
  authority: (pathLength?: number): Extension => ({
    oid: '2.5.29.19',
    critical: true,
    value: derSequence(derBoolean(true), ...(pathLength === undefined ? [] : [derInteger(pathLength)])),
  }),
  keyUsage: (...bits: readonly ('digitalSignature' | 'keyCertSign')[]): Extension => ({
    oid: '2.5.29.15',
    critical: true,
    value: derNode(
      tags.bitString,
      Buffer.of(0, (bits.includes('digitalSignature') ? 0x80 : 0) | (bits.includes('keyCertSign') ? 0x04 : 0)),
    ),
  }),
  extendedKeyUsage: (oids: readonly string[], critical = false): Extension => ({
    oid: '2.5.29.37',
    critical,
    value: derSequence(...oids.map(derOid)),
  }),
  uri: (value: string): Extension => ({
    oid: '2.5.29.17',
    critical: true,
    value: derSequence(derNode(0x86, Buffer.from(value))),
  }),
  email: (...values: readonly string[]): Extension => ({
    oid: '2.5.29.17',
    critical: true,
    value: derSequence(...values.map((value) => derNode(0x81, Buffer.from(value)))),
  }),
  username: (value: string): Extension => ({
    oid: '2.5.29.17',
    critical: true,
    value: derSequence(
      derContext(0, derOid('1.3.6.1.4.1.57264.1.7'), derContext(0, derNode(tags.utf8String, Buffer.from(value)))),
    ),
  }),
  issuer: (value: string): Extension => ({
    oid: '1.3.6.1.4.1.57264.1.8',
    value: derNode(tags.utf8String, Buffer.from(value)),
  }),
}

export const codeSigning = '1.3.6.1.5.5.7.3.3'
export const timeStamping = '1.3.6.1.5.5.7.3.8'

/** A signed certificate timestamp (RFC 6962) over the certificate that `wishes` would make. */
export function certificateTimestamp(
  log: KeyPair,
  wishes: Wishes,
  time: Date,
  options: { readonly extensions?: Buffer; readonly issuer?: KeyObject; readonly hash?: 'sha256' | 'sha512' } = {},
): Buffer {
  const { der } = issue(wishes)
  // The TBS is the first element of the certificate: with a four-byte header each, as these certificates all have.
  const tbs = der.subarray(4, 4 + 4 + der.readUInt16BE(6))
  const issuer = options.issuer ?? (wishes.issuer ?? wishes).key.publicKey
  const extensions = options.extensions ?? Buffer.of()
  const timestamp = Buffer.alloc(8)
  timestamp.writeBigUInt64BE(BigInt(time.getTime()))
  const keyHash = createHash('sha256').update(spkiOf(issuer)).digest()
  const lengthOfTbs = Buffer.of(tbs.length >> 16, (tbs.length >> 8) & 255, tbs.length & 255)
  const tail = Buffer.concat([Buffer.of(extensions.length >> 8, extensions.length & 255), extensions])
  const signed = Buffer.concat([Buffer.of(0, 0), timestamp, Buffer.of(0, 1), keyHash, lengthOfTbs, tbs, tail])
  const { hash = 'sha256' } = options
  const signature = sign(hash, signed, log.privateKey)
  const id = createHash('sha256').update(spkiOf(log.publicKey)).digest()
  return Buffer.concat([
    Buffer.of(0),
    id,
    timestamp,
    tail,
    Buffer.of(
      hash === 'sha256' ? 4 : 6,
      log.publicKey.asymmetricKeyType === 'rsa' ? 1 : 3,
      signature.length >> 8,
      signature.length & 255,
    ),
    signature,
  ])
}

/** The extension that holds such timestamps. */
export function timestampList(...items: readonly Buffer[]): Extension {
  const entries = items.map((item) => Buffer.concat([Buffer.of(item.length >> 8, item.length & 255), item]))
  const body = Buffer.concat(entries)
  const list = Buffer.concat([Buffer.of(body.length >> 8, body.length & 255), body])
  return { oid: '1.3.6.1.4.1.11129.2.4.2', value: derOctets(list) }
}
