import { createPublicKey } from 'node:crypto'
import { isSealwaxError, SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { messageReader, parseJson } from '../encoding/index.ts'
import { type CertificateAuthority, type LogKey, parseCertificate, type Period } from '../fulcio/index.ts'
import { type AlgorithmName, algorithmOf } from '../keys/index.ts'
import { readTrustFile } from './file.ts'

/**
 * Whom a verifier believes, in a form that is ready for use: keys and certificates are parsed once. Keep the object and use
 * it again: checks of certificates that never change are remembered with it. It is frozen, so that they stay true.
 */
export interface TrustedRoot {
  readonly certificateAuthorities: readonly CertificateAuthority[]
  readonly timestampAuthorities: readonly CertificateAuthority[]
  readonly transparencyLogs: readonly LogKey[]
  readonly ctLogs: readonly LogKey[]
}

const read = messageReader('TRUST_INVALID', 'the trusted root')

/** More services than any Sigstore ever had. */
const most = 64

const mediaTypes: readonly string[] = [
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot.v0.1+json',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]

const rsa = ['rsa-pkcs1-2048-sha256', 'rsa-pkcs1-3072-sha256', 'rsa-pkcs1-4096-sha256'] as const

/** Key details (sigstore_common.proto) of logs: the keys that go by that name. */
const logKeys: Readonly<Record<string, readonly AlgorithmName[]>> = {
  PKIX_ECDSA_P256_SHA_256: ['ecdsa-p256-sha256'],
  PKIX_ECDSA_P384_SHA_384: ['ecdsa-p384-sha384'],
  PKIX_ECDSA_P521_SHA_512: ['ecdsa-p521-sha512'],
  PKIX_ED25519: ['ed25519'],
  PKIX_RSA_PKCS1V15_2048_SHA256: [rsa[0]],
  PKIX_RSA_PKCS1V15_3072_SHA256: [rsa[1]],
  PKIX_RSA_PKCS1V15_4096_SHA256: [rsa[2]],
  // Deprecated, and what the staging instance's certificate log has: a key of any size, in the form of PKCS#1.
  PKCS1_RSA_PKCS1V5: rsa,
}
/** The names of key details by their numbers. */
export const keyDetailNumbers: Readonly<Record<number, string>> = {
  1: 'PKCS1_RSA_PKCS1V5',
  5: 'PKIX_ECDSA_P256_SHA_256',
  7: 'PKIX_ED25519',
  9: 'PKIX_RSA_PKCS1V15_2048_SHA256',
  10: 'PKIX_RSA_PKCS1V15_3072_SHA256',
  11: 'PKIX_RSA_PKCS1V15_4096_SHA256',
  12: 'PKIX_ECDSA_P384_SHA_384',
  13: 'PKIX_ECDSA_P521_SHA_512',
}

/**
 * A trusted root from its JSON (sigstore_trustroot.proto, version 0.1). Every key and authority must say since when it is
 * trusted: a missing start would mean "always", which nobody wrote.
 * @throws SealwaxError `TRUST_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE`
 */
export function parseTrustedRoot(input: string | Uint8Array): TrustedRoot {
  const json = parseJson(input, 'the trusted root', limits.trust)
  const names = ['mediaType', 'tlogs', 'certificateAuthorities', 'ctlogs', 'timestampAuthorities']
  const root = read.object(json, 'the file', names)
  const mediaType = read.text(root['mediaType'], 'mediaType')
  if (!mediaTypes.includes(mediaType))
    throw read.fail('mediaType', mediaTypes[0] ?? '', JSON.stringify(mediaType.slice(0, 80)))
  return Object.freeze({
    certificateAuthorities: readAuthorities(root['certificateAuthorities'], 'certificateAuthorities'),
    timestampAuthorities: readAuthorities(root['timestampAuthorities'], 'timestampAuthorities'),
    transparencyLogs: readLogs(root['tlogs'], 'tlogs'),
    ctLogs: readLogs(root['ctlogs'], 'ctlogs'),
  })
}

function readAuthorities(value: unknown, name: string): readonly CertificateAuthority[] {
  const authorities = read.list(value, name, most).map((item, index) => {
    const at = `${name}[${index}]`
    const authority = read.object(item, at, ['subject', 'uri', 'certChain', 'validFor', 'operator'])
    const chain = read.object(authority['certChain'], `${at}.certChain`, ['certificates'])
    const list = read.list(chain['certificates'], `${at}.certChain.certificates`, limits.certificates)
    if (list.length === 0) throw read.fail(`${at}.certChain.certificates`, 'at least one certificate', 'none')
    return Object.freeze({
      uri: read.text(authority['uri'], `${at}.uri`),
      certificates: Object.freeze(
        list.map((entry, position) => readCertificate(entry, `${at}.certChain.certificates[${position}]`)),
      ),
      validFor: readPeriod(authority['validFor'], `${at}.validFor`),
    })
  })
  return Object.freeze(authorities)
}

function readCertificate(value: unknown, at: string): CertificateAuthority['certificates'][number] {
  const der = read.bytes(read.object(value, at, ['rawBytes'])['rawBytes'], at)
  try {
    return parseCertificate(der)
  } catch (cause) {
    if (!isSealwaxError(cause)) throw cause
    const { message, expected, found } = cause
    throw new SealwaxError('TRUST_INVALID', `the trusted root is not valid: ${at}: ${message}`, {
      expected,
      found,
      cause,
    })
  }
}

function readLogs(value: unknown, name: string): readonly LogKey[] {
  const logs = read.list(value, name, most).flatMap((item, index) => {
    const at = `${name}[${index}]`
    const members = ['baseUrl', 'hashAlgorithm', 'publicKey', 'logId', 'checkpointKeyId', 'operator']
    const log = read.object(item, at, members)
    const hashAlgorithm = read.choice(log['hashAlgorithm'], `${at}.hashAlgorithm`, { SHA2_256: true }, { 1: true })
    if (hashAlgorithm !== true) throw read.fail(`${at}.hashAlgorithm`, 'SHA2_256', 'another')
    const publicKey = read.object(log['publicKey'], `${at}.publicKey`, ['rawBytes', 'keyDetails', 'validFor'])
    const validFor = readPeriod(publicKey['validFor'], `${at}.publicKey.validFor`)
    const details = readKeyDetails(publicKey['keyDetails'], `${at}.publicKey.keyDetails`)
    const id = readId(log['logId'], `${at}.logId`)
    // A kind of key that is yet to come must not make the other logs unusable; its entries stay unverified, which fails.
    if (details === undefined) return []
    const named = read.optional(log['checkpointKeyId'], `${at}.checkpointKeyId`, ['keyId'])
    const hint = named === undefined ? id : readId(named, `${at}.checkpointKeyId`)
    const key = readKey(read.bytes(publicKey['rawBytes'], `${at}.publicKey.rawBytes`), details, `${at}.publicKey`)
    // RFC 6962 section 2.1.4 has no such logs, and a timestamp inside a certificate cannot name the algorithm.
    if (name === 'ctlogs' && key.hash === undefined)
      throw read.fail(`${at}.publicKey`, 'an ECDSA or RSA key for a certificate log', details)
    return Object.freeze({
      url: read.text(log['baseUrl'], `${at}.baseUrl`),
      id: id.toString('base64'),
      checkpointHint: hint.subarray(0, 4),
      ...key,
      validFor,
    })
  })
  return Object.freeze(logs)
}

function readId(value: unknown, at: string): Buffer {
  const id = read.bytes(read.object(value, at, ['keyId'])['keyId'], at)
  if (id.length < 4 || id.length > 64) throw read.fail(at, 'a key id of 4 to 64 bytes', `${id.length} bytes`)
  return id
}

function readKeyDetails(value: unknown, at: string): string | undefined {
  const name = typeof value === 'number' ? keyDetailNumbers[value] : read.text(value, at)
  return name !== undefined && Object.hasOwn(logKeys, name) ? name : undefined
}

function readKey(der: Buffer, details: string, at: string): Pick<LogKey, 'key' | 'hash'> {
  const expected = `a ${details} key`
  try {
    const key = createPublicKey({ key: der, format: 'der', type: details.startsWith('PKCS1_') ? 'pkcs1' : 'spki' })
    const { name, hash } = algorithmOf(key)
    if (logKeys[details]?.includes(name)) return { key, hash }
    throw read.fail(at, expected, name)
  } catch (cause) {
    if (isSealwaxError(cause) && cause.code === 'TRUST_INVALID') throw cause
    throw read.fail(at, expected, 'another kind of key, or none')
  }
}

function readPeriod(value: unknown, at: string): Period {
  const members = read.object(value, at, ['start', 'end'])
  const start = read.time(members['start'], `${at}.start`)
  const end = read.time(members['end'], `${at}.end`)
  if (start === undefined) throw read.fail(`${at}.start`, 'a time since when it is trusted', 'nothing')
  return frozenPeriod(start.getTime(), end?.getTime())
}

/** A Date cannot be frozen, so each look at the period gets new ones. */
function frozenPeriod(from: number, to: number | undefined): Period {
  const period = {
    get start() {
      return new Date(from)
    },
  }
  if (to !== undefined) Object.defineProperty(period, 'end', { enumerable: true, get: () => new Date(to) })
  return Object.freeze(period)
}

// A promise, so that callers at the same time get one object: what is remembered about certificates hangs on it.
let embedded: Promise<TrustedRoot> | undefined

/**
 * The trusted root in a file; without a path that of the public Sigstore, which this package carries as data, so that
 * verification needs no network.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `TRUST_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE`
 */
export async function loadTrustedRoot(path?: string): Promise<TrustedRoot> {
  if (path !== undefined) return parseTrustedRoot(await readTrustFile(path, 'the trusted root'))
  embedded ??= import('./public/data.ts').then((data) => parseTrustedRoot(data.trustedRoot))
  return embedded
}
