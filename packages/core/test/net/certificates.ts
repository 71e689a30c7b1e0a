import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { isIP } from 'node:net'
import {
  derBoolean,
  derContext,
  derInteger,
  derNode,
  derOctets,
  derOid,
  derSequence,
  derSet,
  pemEncode,
  tags,
} from '../../src/encoding/index.ts'

export interface Issued {
  readonly cert: string
  readonly key: string
  readonly privateKey: KeyObject
  readonly name: string
}

export interface Wishes {
  readonly issuer?: Issued
  /** DNS names and addresses. */
  readonly hosts?: readonly string[]
  readonly from?: Date
}

let serial = 1

/** A certificate for TLS (RFC 5280): of a certificate authority when it has no `hosts`. */
export function issue(name: string, { issuer, hosts, from = new Date('2020-01-01T00:00:00Z') }: Wishes = {}): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = derSequence(derOid('1.2.840.10045.4.3.2'))
  const time = (date: Date): Buffer =>
    derNode(tags.generalizedTime, Buffer.from(`${date.toISOString().replace(/[-:T]|\.\d+/g, '')}`))
  const validity = derSequence(time(from), time(new Date('2060-01-01T00:00:00Z')))
  const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
    derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctets(value))
  const constraints = extension('2.5.29.19', true, hosts === undefined ? derSequence(derBoolean(true)) : derSequence())
  const names = extension('2.5.29.17', false, derSequence(...(hosts ?? []).map(generalName)))
  const tbs = derSequence(
    derContext(0, derInteger(2)),
    derInteger(++serial),
    algorithm,
    nameOf(issuer?.name ?? name),
    validity,
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    derContext(3, derSequence(constraints, ...(hosts === undefined || hosts.length === 0 ? [] : [names]))),
  )
  const bits = derNode(tags.bitString, Buffer.of(0), sign('sha256', tbs, issuer?.privateKey ?? privateKey))
  return {
    name,
    privateKey,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: pemEncode('CERTIFICATE', derSequence(tbs, algorithm, bits)),
  }
}

function nameOf(name: string): Buffer {
  return derSequence(derSet(derSequence(derOid('2.5.4.3'), derNode(tags.utf8String, Buffer.from(name)))))
}

function generalName(host: string): Buffer {
  if (isIP(host) === 4) return derNode(0x87, Buffer.from(host.split('.').map(Number)))
  // Only the loopback address is needed.
  if (isIP(host) === 6) return derNode(0x87, Buffer.concat([Buffer.alloc(15), Buffer.of(1)]))
  return derNode(0x82, Buffer.from(host))
}
