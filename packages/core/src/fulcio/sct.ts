import { createHash } from 'node:crypto'
import { SealwaxError } from '../errors.ts'
import { derNode, derSequence, readDer, oidText, tags } from '../encoding/index.ts'
import { type HashName, isSignature } from '../keys/index.ts'
import { isWithin, type LogKey, withAnyKey } from './authority.ts'
import { type Certificate, oids } from './certificate.ts'

/** What a certificate transparency log said: this certificate was submitted at that time. */
export interface CertificateTimestamp {
  /** The log's id, in base64. */
  readonly log: string
  readonly url: string
  readonly time: Date
}

interface Sct {
  readonly log: string
  readonly timestamp: Buffer
  readonly extensions: Buffer
  /** TLS HashAlgorithm and SignatureAlgorithm (RFC 5246 section 7.4.1.4.1). */
  readonly hash: number
  readonly algorithm: number
  readonly signature: Buffer
}

/** What the embedded timestamps amount to: the verified ones, and the logs that `logs` does not know. */
export interface CheckedScts {
  readonly verified: readonly CertificateTimestamp[]
  readonly unknownLogs: readonly string[]
}

const hashes: ReadonlyMap<number, HashName> = new Map([
  [4, 'sha256'],
  [5, 'sha384'],
  [6, 'sha512'],
])
const keyTypes: ReadonlyMap<number, string> = new Map([
  [1, 'rsa'],
  [3, 'ec'],
])

/**
 * Verifies the signed certificate timestamps inside `leaf`, which `issuer` issued (RFC 6962 section 3.2). What the logs
 * signed is the precertificate: the certificate's TBS without the timestamps, bound to the issuer's key.
 * @throws SealwaxError `CERTIFICATE_INVALID` when a timestamp of a known log does not verify or cannot be read
 */
export function verifyScts(leaf: Certificate, issuer: Certificate, logs: readonly LogKey[]): CheckedScts {
  const known = answers.get(leaf)
  // By what is in them and not by the objects: a caller may change those between two questions.
  const facts = logs.flatMap(({ id, url, key, hash, validFor: { start, end } }) => [
    ...[id, url, key, hash],
    ...[start.getTime(), end?.getTime()],
  ])
  const isSame =
    known?.issuer === issuer && known.facts.length === facts.length && known.facts.every((one, at) => one === facts[at])
  const answer = isSame ? known.answer : checkScts(leaf, issuer, logs)
  if (!isSame) answers.set(leaf, { issuer, facts, answer })
  // Copies: whoever gets it may change it.
  return {
    verified: answer.verified.map((one) => ({ ...one, time: new Date(one.time) })),
    unknownLogs: [...answer.unknownLogs],
  }
}

// One certificate is met more than once (see certificate.ts); the same question has the same answer.
const answers = new WeakMap<
  Certificate,
  { readonly issuer: Certificate; readonly facts: readonly unknown[]; readonly answer: CheckedScts }
>()

function checkScts(leaf: Certificate, issuer: Certificate, logs: readonly LogKey[]): CheckedScts {
  const value = leaf.extensions.get(oids.signedCertificateTimestamps)
  if (value === undefined) return { verified: [], unknownLogs: [] }
  const entry = precertificateEntry(leaf, issuer)
  const verified = new Map<string, CertificateTimestamp>()
  const unknownLogs: string[] = []
  for (const sct of readScts(value)) {
    const found = withAnyKey(
      logs.filter(({ id }) => id === sct.log),
      (log) => verifySct(sct, entry, log),
    )
    if (found === undefined) unknownLogs.push(sct.log)
    // A log counts once, however often it signed.
    else verified.set(sct.log, found)
  }
  return { verified: [...verified.values()], unknownLogs }
}

function verifySct(sct: Sct, entry: Buffer, log: LogKey): CertificateTimestamp {
  const time = new Date(Number(sct.timestamp.readBigUInt64BE()))
  if (!isWithin(log.validFor, time))
    throw invalid('the certificate timestamp lies outside the time in which its log was in use', {
      expected: `${log.url} from ${log.validFor.start.toISOString()} to ${log.validFor.end?.toISOString() ?? 'today'}`,
      found: Number.isNaN(time.getTime()) ? 'no time' : time.toISOString(),
    })
  const hash = hashOf(sct, log)
  const head = Buffer.from([0, 0]) // version 1, certificate_timestamp
  const signed = Buffer.concat([head, sct.timestamp, entry, length(sct.extensions, 2), sct.extensions])
  if (hash === undefined || !isSignature(hash, signed, log.key, sct.signature))
    throw invalid('the certificate timestamp is not signed by the log that it names', { expected: log.url })
  return { log: sct.log, url: log.url, time }
}

/**
 * The hash of the signature, unless it is said to be of another kind than the log's key makes. RFC 6962 section 2.1.4 has
 * SHA-256 for all logs, also for those whose key the trusted root lists with a longer hash.
 */
function hashOf(sct: Sct, log: LogKey): HashName | undefined {
  const hash = hashes.get(sct.hash)
  const fits = keyTypes.get(sct.algorithm) === log.key.asymmetricKeyType && (hash === 'sha256' || hash === log.hash)
  return fits ? hash : undefined
}

function precertificateEntry(leaf: Certificate, issuer: Certificate): Buffer {
  const tbs = tbsWithoutScts(leaf)
  const issuerKeyHash = createHash('sha256').update(issuer.spki).digest()
  return Buffer.concat([Buffer.from([0, 1]), issuerKeyHash, length(tbs, 3), tbs])
}

function tbsWithoutScts(leaf: Certificate): Buffer {
  const parts = leaf.tbs.children().map((part) => {
    if (part.tag !== 0xa3) return part.raw
    const kept = (part.children()[0]?.children() ?? []).filter((extension) => {
      const id = extension.children()[0]
      return id === undefined || oidText(id) !== oids.signedCertificateTimestamps
    })
    return kept.length === 0 ? Buffer.of() : derNode(0xa3, derSequence(...kept.map(({ raw }) => raw)))
  })
  return derSequence(...parts)
}

/** The list inside the extension: an OCTET STRING around TLS vectors (RFC 6962 section 3.3). */
function readScts(value: Buffer): Sct[] {
  const octets = readDer(value)
  if (octets.tag !== tags.octetString) throw unreadable()
  const list = vector(octets.content, 0, octets.content.length).bytes
  const scts: Sct[] = []
  for (let at = 0; at < list.length;) {
    const item = vector(list, at)
    scts.push(readSct(item.bytes))
    at = item.end
  }
  return scts
}

function readSct(bytes: Buffer): Sct {
  // Version (1), log id (32), time (8), extensions (2+n), hash (1), signature algorithm (1), signature (2+n).
  if (bytes.length < 47 || bytes[0] !== 0) throw unreadable()
  const extensions = vector(bytes, 41)
  const hash = bytes[extensions.end]
  const algorithm = bytes[extensions.end + 1]
  const signature = vector(bytes, extensions.end + 2, bytes.length)
  if (hash === undefined || algorithm === undefined) throw unreadable()
  return {
    log: bytes.subarray(1, 33).toString('base64'),
    timestamp: bytes.subarray(33, 41),
    extensions: extensions.bytes,
    hash,
    algorithm,
    signature: signature.bytes,
  }
}

/** A TLS vector with a two-byte length at `start`; it must end at `end` when that is given. */
function vector(bytes: Buffer, start: number, end?: number): { bytes: Buffer; end: number } {
  if (start + 2 > bytes.length) throw unreadable()
  const stop = start + 2 + bytes.readUInt16BE(start)
  if (stop > bytes.length || (end !== undefined && stop !== end)) throw unreadable()
  return { bytes: bytes.subarray(start + 2, stop), end: stop }
}

function length(bytes: Buffer, size: 2 | 3): Buffer {
  const prefix = Buffer.alloc(size)
  prefix.writeUIntBE(bytes.length, 0, size)
  return prefix
}

function unreadable(): SealwaxError {
  return invalid('the certificate timestamps cannot be read', { expected: 'a list as in RFC 6962 section 3.3' })
}

function invalid(message: string, details: { expected?: string; found?: string }): SealwaxError {
  return new SealwaxError('CERTIFICATE_INVALID', message, details)
}
