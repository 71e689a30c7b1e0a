import { hash, type KeyObject } from 'node:crypto'
import { messageReader, parseJson, pemDecode } from '../encoding/index.ts'
import { isSealwaxError, SealwaxError } from '../errors.ts'
import { type Certificate, parseCertificate } from '../fulcio/index.ts'
import { algorithmOf, parsePublicKey } from '../keys/index.ts'
import { limits } from '../limits.ts'
import { keyDetailNumbers, parseTrustedRoot } from './trusted-root.ts'

/** A certificate or timestamp authority. */
export interface AuthoritySpec {
  readonly url: string
  /** Its certificates as PEM: a certificate authority's intermediates, a timestamp authority's leaf first; the root last. */
  readonly chain: string | Uint8Array
  /** RFC 3339. Default: since when the root (of a timestamp authority: the leaf) is valid. */
  readonly start?: string | undefined
  readonly end?: string | undefined
}

/** A transparency or certificate log. */
export interface LogSpec {
  readonly url: string
  /** PEM. */
  readonly publicKey: string | Uint8Array
  /** RFC 3339. */
  readonly start: string
  readonly end?: string | undefined
  /** The name in its checkpoints (Rekor v2, static certificate logs): the log's id is then the key id of the signed note. */
  readonly origin?: string | undefined
}

/** Kinds of services, by the names of cosign's flags. */
export type TrustedKind = 'fulcio' | 'ctfe' | 'rekor' | 'tsa'

export interface TrustedRootSpec {
  /** A trusted root to begin with, and what of it to leave out. */
  readonly base?: { readonly text: string; readonly without: readonly TrustedKind[] } | undefined
  readonly fulcio?: readonly AuthoritySpec[]
  readonly ctfe?: readonly LogSpec[]
  readonly rekor?: readonly LogSpec[]
  readonly tsa?: readonly AuthoritySpec[]
}

type Json = Readonly<Record<string, unknown>>

const read = messageReader('TRUST_INVALID', 'the trusted root to make')
const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1'
const members = {
  fulcio: 'certificateAuthorities',
  ctfe: 'ctlogs',
  rekor: 'tlogs',
  tsa: 'timestampAuthorities',
} as const

/** See index.ts. */
export function createTrustedRoot(spec: TrustedRootSpec): string {
  const kept = (kind: TrustedKind): Json[] => baseOf(spec, kind)
  const root = {
    mediaType,
    tlogs: mergeLogs(kept('rekor'), (spec.rekor ?? []).map(logOf)),
    certificateAuthorities: [...kept('fulcio'), ...(spec.fulcio ?? []).map((one) => authorityOf(one, 'fulcio'))],
    ctlogs: mergeLogs(kept('ctfe'), (spec.ctfe ?? []).map(logOf)),
    timestampAuthorities: [...kept('tsa'), ...(spec.tsa ?? []).map((one) => authorityOf(one, 'tsa'))],
  }
  const text = `${JSON.stringify(root, null, 2)}\n`
  // What is written must be readable: by us, and by everybody who reads as strictly.
  parseTrustedRoot(text)
  return text
}

function baseOf({ base }: TrustedRootSpec, kind: TrustedKind): Json[] {
  if (base === undefined || base.without.includes(kind)) return []
  const root = parseJson(base.text, 'the trusted root to begin with', limits.trust) as Json
  return (root[members[kind]] ?? []) as Json[]
}

/** A log that is named again replaces the one by the same id. */
function mergeLogs(kept: readonly Json[], added: readonly Json[]): Json[] {
  const idOf = (log: Json): string => String((log['logId'] as Json)['keyId'])
  return [...new Map([...kept, ...added].map((log) => [idOf(log), log])).values()]
}

function authorityOf({ url, chain, start, end }: AuthoritySpec, kind: 'fulcio' | 'tsa'): Json {
  const certificates = readChain(chain, `the certificate chain of ${url}`, kind)
  const first = certificates[0] as Certificate
  const last = certificates.at(-1) as Certificate
  const { O: organization = '', CN: commonName = '' } = last.x509.toLegacyObject().subject
  const since = kind === 'tsa' ? first.notBefore : last.notBefore
  return {
    subject: { organization: [organization].flat()[0] ?? '', commonName: [commonName].flat()[0] ?? '' },
    uri: url,
    certChain: { certificates: certificates.map(({ der }) => ({ rawBytes: der.toString('base64') })) },
    validFor: period(start, end, since, url),
  }
}

function readChain(pem: string | Uint8Array, what: string, kind: 'fulcio' | 'tsa'): Certificate[] {
  const certificates = attempt(what, () => {
    const text = typeof pem === 'string' ? pem : Buffer.from(pem).toString()
    return pemDecode(text, 'CERTIFICATE').map(({ der }) => parseCertificate(der))
  })
  const authorities = kind === 'tsa' ? certificates.slice(1) : certificates
  if (kind === 'tsa' && (certificates[0]?.isAuthority !== false || authorities.length === 0))
    throw read.fail(what, 'the certificate that signs timestamps, then those above it', orderOf(certificates))
  if (authorities.some(({ isAuthority }) => !isAuthority))
    throw read.fail(what, 'certificates of authorities', 'one that may not issue certificates')
  const isChain = certificates.every(({ x509 }, at) => {
    const above = certificates[at + 1]
    return above === undefined || x509.checkIssued(above.x509)
  })
  if (!isChain) throw read.fail(what, 'each certificate followed by the one that issued it', 'another order')
  return certificates
}

const orderOf = (certificates: readonly Certificate[]): string =>
  certificates[0]?.isAuthority === false
    ? 'one certificate alone, without those above it'
    : "an authority's certificate first: the one that signs timestamps is missing"

function logOf({ url, publicKey, start, end, origin }: LogSpec): Json {
  const what = `the public key of ${url}`
  const key = attempt(what, () => parsePublicKey(publicKey))
  const der = key.export({ type: 'spki', format: 'der' })
  return {
    baseUrl: url,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: der.toString('base64'),
      keyDetails: keyDetailNumbers[algorithmOf(key).keyDetails],
      validFor: period(start, end, undefined, url),
    },
    logId: { keyId: logId(key, der, origin).toString('base64') },
  }
}

/** A log's id: the digest of its key (RFC 6962 section 3.2), or that of the signed note's key id (C2SP signed-note). */
function logId(key: KeyObject, der: Buffer, origin: string | undefined): Buffer {
  // ECDSA keys of Sigstore's notes have no name in their id.
  if (origin === undefined || key.asymmetricKeyType === 'ec') return hash('sha256', der, 'buffer')
  if (origin === '' || /[\s+]/u.test(origin))
    throw read.fail('origin', 'a name without white space and plus', 'another')
  // 1: Ed25519, with the bare key. 255: a kind that the specification does not number, with its name.
  const isRsa = key.asymmetricKeyType === 'rsa'
  const kind = isRsa ? Buffer.from('\u00ffPKIX-RSA-PKCS#1v1.5', 'latin1') : Buffer.of(1)
  return hash('sha256', Buffer.concat([Buffer.from(`${origin}\n`), kind, isRsa ? der : der.subarray(-32)]), 'buffer')
}

function period(start: string | undefined, end: string | undefined, since: Date | undefined, url: string): Json {
  const from = read.time(start, `start-time of ${url}`) ?? since
  const to = read.time(end, `end-time of ${url}`)
  if (from === undefined) throw read.fail(`start-time of ${url}`, 'a time', 'nothing')
  return { start: timeText(from), ...(to === undefined ? {} : { end: timeText(to) }) }
}

const timeText = (time: Date): string => time.toISOString().replace('.000Z', 'Z')

/** Says which input an error is about. */
function attempt<T>(what: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    if (!isSealwaxError(cause)) throw cause
    const { expected, found, hint, message } = cause
    throw new SealwaxError('TRUST_INVALID', `${what} cannot be used: ${message}`, { expected, found, hint, cause })
  }
}
