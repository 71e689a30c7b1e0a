import { generateKeyPairSync, hash, sign } from 'node:crypto'
import { type Bundle, envelopeBundle, messageBundle } from '../../src/bundle/index.ts'
import { preAuthEncoding } from '../../src/encoding/index.ts'
import { PAYLOAD_TYPE } from '../../src/statement/index.ts'
import { makeStatement, statementBytes } from '../../src/statement/signing.ts'
import { parseTrustedRoot, type TrustedRoot } from '../../src/trust/index.ts'
import {
  certificateTimestamp,
  codeSigning,
  date,
  type Extension,
  extension,
  issue,
  type Issued,
  type KeyPair,
  timestampList,
  timeStamping,
  type Wishes,
} from './certificate.ts'
import { dsseRecord, type EntryWishes, hashedRekord, type Logged, logEntry, logId } from './log.ts'
import { type StampWishes, timestampResponse } from './timestamp.ts'

// A Sigstore made for lying: every part of it can be made wrong while the rest stays right, so that each check of the verifier
// is the only one that can refuse. What is right in it is measured by real bundles and by the sandbox, not by itself.

export const ec = (curve = 'P-256'): KeyPair => generateKeyPairSync('ec', { namedCurve: curve })

export const signingTime = date('2026-06-01T12:00:00Z')
export const identity = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main'
export const issuer = 'https://token.actions.githubusercontent.com'
export const content: Buffer = Buffer.from('what was signed\n')

const keys = {
  root: ec('P-384'),
  intermediate: ec('P-384'),
  leaf: ec(),
  log: ec(),
  ctLog: ec(),
  stamp: ec('P-384'),
  stampRoot: ec('P-384'),
}
export const rootWishes: Wishes = {
  name: 'forge root',
  key: keys.root,
  extensions: [extension.authority(), extension.keyUsage('keyCertSign')],
}
const root = issue(rootWishes)
export const intermediateWishes: Wishes = {
  name: 'forge intermediate',
  key: keys.intermediate,
  issuer: root,
  extensions: [extension.authority(0), extension.keyUsage('keyCertSign'), extension.extendedKeyUsage([codeSigning])],
}
const intermediate = issue(intermediateWishes)
const stampRoot = issue({
  name: 'forge time root',
  key: keys.stampRoot,
  extensions: [extension.authority(), extension.keyUsage('keyCertSign')],
})
export const stampWishes: Wishes = {
  name: 'forge time',
  key: keys.stamp,
  issuer: stampRoot,
  serial: 77,
  extensions: [extension.keyUsage('digitalSignature'), extension.extendedKeyUsage([timeStamping], true)],
}
const stamp = issue(stampWishes)
export const forge = { keys, root, intermediate, stampRoot, stamp }

export const leafExtensions: readonly Extension[] = [
  extension.keyUsage('digitalSignature'),
  extension.extendedKeyUsage([codeSigning]),
  extension.uri(identity),
  extension.issuer(issuer),
]

export const leafWishes: Wishes = {
  name: '',
  key: keys.leaf,
  issuer: intermediate,
  notBefore: date('2026-06-01T11:55:00Z'),
  notAfter: date('2026-06-01T12:05:00Z'),
  extensions: leafExtensions,
}

/** A leaf with a good certificate timestamp, unless `scts` brings others. */
export function leaf(changes: Partial<Wishes> = {}, scts?: readonly Buffer[]): Issued {
  const wishes = { ...leafWishes, ...changes }
  const list = timestampList(...(scts ?? [certificateTimestamp(keys.ctLog, wishes, signingTime)]))
  return issue({ ...wishes, extensions: [...(wishes.extensions ?? []), list] })
}

export interface BundleWishes {
  readonly leaf?: Issued
  /** Signs by key instead of with a certificate. */
  readonly key?: KeyPair
  readonly content?: Buffer
  readonly subjects?: readonly { name: string; digest: Record<string, string> }[]
  readonly kind?: 'message' | 'envelope'
  readonly entry?: Partial<EntryWishes> | false
  readonly logged?: Partial<Logged>
  readonly stamps?: readonly Partial<StampWishes>[]
  readonly signature?: Buffer
  /** What is in the envelope instead of a statement. */
  readonly payload?: Buffer
}

/** A bundle in which everything is right but what `wishes` says. */
export function forgeBundle(wishes: BundleWishes = {}): Bundle {
  const certificate = wishes.leaf ?? leaf()
  const key = wishes.key ?? certificate.key
  const kind = wishes.kind ?? 'message'
  const bytes = wishes.content ?? content
  const digest = hash('sha256', bytes, 'buffer')
  const subjects = wishes.subjects ?? [{ name: 'file', digest: { sha256: digest.toString('hex') } }]
  const payload =
    wishes.payload ?? statementBytes(makeStatement(subjects, 'https://example.org/said/v1', { said: true }))
  const covered = kind === 'message' ? bytes : preAuthEncoding(PAYLOAD_TYPE, payload)
  const signature = wishes.signature ?? sign('sha256', covered, key.privateKey)
  const verifier = wishes.key === undefined ? certificate.der : key.publicKey.export({ type: 'spki', format: 'der' })
  const logged: Logged = { signature, verifier, isCertificate: wishes.key === undefined, ...wishes.logged }
  const entry = logEntry({
    key: keys.log,
    time: signingTime,
    body: kind === 'message' ? hashedRekord(logged, 'sha256', digest) : dsseRecord(logged, payload),
    kind: kind === 'message' ? 'hashedrekord' : 'dsse',
    version: '0.0.1',
    ...(wishes.entry === false ? {} : wishes.entry),
  })
  const timestamps = (wishes.stamps ?? []).map((stampChanges) =>
    timestampResponse({
      authority: { ...stamp, issuerName: stampRoot.name, serial: 77 },
      over: signature,
      time: signingTime,
      ...stampChanges,
    }),
  )
  const rest = {
    signature,
    material: wishes.key === undefined ? { certificate: certificate.der } : { publicKeyHint: 'forge' },
    entries: wishes.entry === false ? [] : [entry],
    timestamps,
  }
  return kind === 'message'
    ? messageBundle({ digest, hash: 'sha256', ...rest })
    : envelopeBundle({ payloadType: PAYLOAD_TYPE, payload, ...rest })
}

type Json = Record<string, unknown>

const always = { start: '2026-01-01T00:00:00Z' }

/** A log's key; with the name that an Ed25519 key signs under, or in the old form of PKCS#1. */
export type ListedLog = KeyPair & { readonly origin?: string; readonly isPkcs1?: boolean }

function logJson(key: ListedLog, url: string, validFor: object): Json {
  const type = key.isPkcs1 === true ? 'pkcs1' : 'spki'
  const rawBytes = key.publicKey.export({ type: type as 'spki', format: 'der' }).toString('base64')
  return {
    baseUrl: url,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes, keyDetails: key.isPkcs1 === true ? 'PKCS1_RSA_PKCS1V5' : keyDetailsOf(key), validFor },
    logId: { keyId: logId(key, key.origin).toString('base64') },
  }
}

function keyDetailsOf({ publicKey }: KeyPair): string {
  if (publicKey.asymmetricKeyType === 'ed25519') return 'PKIX_ED25519'
  const { modulusLength } = publicKey.asymmetricKeyDetails ?? {}
  return modulusLength === undefined ? 'PKIX_ECDSA_P256_SHA_256' : `PKIX_RSA_PKCS1V15_${modulusLength}_SHA256`
}

function authorityJson(chain: readonly Buffer[], uri: string, validFor: object): Json {
  return { uri, certChain: { certificates: chain.map((der) => ({ rawBytes: der.toString('base64') })) }, validFor }
}

/** The trusted root of the forge as JSON; `periods` and chains can be changed. */
export function trustedRootJson(
  changes: {
    readonly periods?: Partial<Record<'tlogs' | 'certificateAuthorities' | 'ctlogs' | 'timestampAuthorities', object>>
    readonly chain?: readonly Buffer[]
    readonly stampChain?: readonly Buffer[]
    readonly log?: ListedLog
    readonly ctLog?: ListedLog
  } = {},
): Json {
  const period = (name: 'tlogs' | 'certificateAuthorities' | 'ctlogs' | 'timestampAuthorities'): object =>
    changes.periods?.[name] ?? always
  const chain = changes.chain ?? [intermediate.der, root.der]
  const stampChain = changes.stampChain ?? [stamp.der, stampRoot.der]
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logJson(changes.log ?? keys.log, 'https://log.forge', period('tlogs'))],
    certificateAuthorities: [authorityJson(chain, 'https://ca.forge', period('certificateAuthorities'))],
    ctlogs: [logJson(changes.ctLog ?? keys.ctLog, 'https://ct.forge', period('ctlogs'))],
    timestampAuthorities: [authorityJson(stampChain, 'https://time.forge', period('timestampAuthorities'))],
  }
}

export function trustedRoot(changes?: Parameters<typeof trustedRootJson>[0]): TrustedRoot {
  return parseTrustedRoot(JSON.stringify(trustedRootJson(changes)))
}
