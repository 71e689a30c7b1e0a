import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { type Bundle, messageBundle } from '../../src/bundle/index.ts'
import { preAuthEncoding } from '../../src/encoding/index.ts'
import { extension, type Extension } from '../forge/certificate.ts'
import { hashedRekord, logEntry, noteLine } from '../forge/log.ts'
import { forgeBundleV2, type V2Wishes } from '../forge/v2.ts'
import {
  content,
  ec,
  forge,
  forgeBundle,
  identity,
  leaf,
  leafExtensions,
  signingTime,
  trustedRootJson,
} from '../forge/world.ts'

/** A bundle on which verifiers have been seen to disagree. */
export interface Disputed {
  readonly name: string
  readonly bundle: Bundle
  readonly root: unknown
  readonly key?: KeyObject
  /** Whose signature is asked for, as it is given on a command line. */
  readonly asked?: string
  readonly artifact?: 'digest'
  /** What sigstore-go 1.3.0 and @sigstore/verify 4.1.3 were seen to do; `cannot`: there is no way to ask. */
  readonly go: 'accepts' | 'refuses'
  readonly js: 'accepts' | 'refuses' | 'cannot'
  /** Our reasons; none where it is accepted. */
  readonly ours: readonly string[]
}

const root = trustedRootJson()
const [refuses, accepts] = ['refuses', 'accepts'] as const
const own = ec()
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const without = (oid: string): Extension[] => leafExtensions.filter((item) => item.oid !== oid)
const accepted = { root, go: accepts, ours: [] } as const
const strict = { root, go: refuses, js: accepts } as const

function withLeaf(extensions: readonly Extension[]): Bundle {
  return forgeBundle({ leaf: leaf({ extensions }) })
}

/** The entry speaks of the right signature, but of another certificate or key. */
const loggedAs = (verifier: Buffer): Bundle => forgeBundle({ logged: { verifier } })

function largeLeaf(): Bundle {
  const certificate = leaf({ key: ec('P-384') })
  const draft = forgeBundle({ leaf: certificate, kind: 'envelope', entry: false })
  const { content: signed } = draft
  if (signed.$case !== 'dsseEnvelope') return draft
  const covered = preAuthEncoding(signed.dsseEnvelope.payloadType, signed.dsseEnvelope.payload)
  return forgeBundle({
    leaf: certificate,
    kind: 'envelope',
    signature: sign('sha384', covered, certificate.key.privateKey),
  })
}

function byRsa(): Bundle {
  const digest = hash('sha256', content, 'buffer')
  const signature = sign('sha256', content, rsa.privateKey)
  const verifier = rsa.publicKey.export({ type: 'spki', format: 'der' })
  const body = hashedRekord({ signature, verifier, isCertificate: false }, 'sha256', digest)
  const entry = logEntry({ key: forge.keys.log, time: signingTime, body, kind: 'hashedrekord', version: '0.0.1' })
  return messageBundle({
    digest,
    hash: 'sha256',
    signature,
    material: { publicKeyHint: '' },
    entries: [entry],
    timestamps: [],
  })
}

function rootWithoutStart(): unknown {
  return trustedRootJson({ periods: { tlogs: {} } })
}

function otherName(): Bundle {
  return withLeaf([...without('2.5.29.17'), extension.username('dev!example.org')])
}

/** `sigstore-js.md`'s names for these cases are kept: x02, x03, ... */
export const disputed: readonly Disputed[] = [
  {
    ...strict,
    name: 'x02 the beginning of the identity',
    bundle: forgeBundle(),
    asked: identity.slice(0, -4),
    ours: ['IDENTITY_MISMATCH'],
  },
  {
    ...strict,
    name: 'x03 an expression for the identity',
    bundle: forgeBundle(),
    asked: '.*',
    ours: ['IDENTITY_MISMATCH'],
  },
  {
    ...strict,
    name: 'x04 an identity with a dot for another character',
    bundle: forgeBundle(),
    asked: identity.replace('acme/app', 'acme.app'),
    ours: ['IDENTITY_MISMATCH'],
  },
  {
    ...strict,
    name: 'x06 a key asked for, and a bundle with a certificate',
    bundle: forgeBundle(),
    key: own.publicKey,
    ours: ['KEY_EXPECTED', 'SIGNER_KIND'],
  },
  {
    ...strict,
    name: 'x11 a statement about another artifact',
    bundle: forgeBundle({
      kind: 'envelope',
      subjects: [{ name: 'other', digest: { sha256: hash('sha256', 'other') } }],
    }),
    ours: ['ARTIFACT_MISMATCH'],
  },
  {
    ...strict,
    name: 'x13 a payload that is no in-toto statement',
    bundle: forgeBundle({ kind: 'envelope', payload: Buffer.from('{"hello":"world"}') }),
    ours: ['STATEMENT_INVALID', 'ARTIFACT_MISMATCH'],
  },
  {
    ...strict,
    name: 'x20 a certificate for servers',
    bundle: withLeaf([...without('2.5.29.37'), extension.extendedKeyUsage(['1.3.6.1.5.5.7.3.1'])]),
    ours: ['CERTIFICATE_INVALID'],
  },
  {
    ...strict,
    name: 'x22 a certificate with a critical extension that nobody knows',
    bundle: withLeaf([...leafExtensions, { oid: '1.2.3.4', critical: true, value: Buffer.of(5, 0) }]),
    ours: ['CERTIFICATE_INVALID'],
  },
  {
    ...strict,
    name: 'x30 a log entry for another certificate',
    bundle: loggedAs(leaf({ key: ec() }).der),
    ours: ['LOG_ENTRY_INVALID'],
  },
  {
    ...strict,
    name: 'x31 a log entry for another identity with the same key',
    bundle: loggedAs(leaf({ extensions: [...without('2.5.29.17'), extension.uri('https://example.org/other')] }).der),
    ours: ['LOG_ENTRY_INVALID'],
  },
  {
    ...strict,
    name: 'x54 a log entry for another key',
    bundle: forgeBundle({ key: own, logged: { verifier: ec().publicKey.export({ type: 'spki', format: 'der' }) } }),
    key: own.publicKey,
    ours: ['LOG_ENTRY_INVALID'],
  },
  {
    ...strict,
    name: 'a trusted root that does not say since when a log is trusted',
    bundle: forgeBundle(),
    root: rootWithoutStart(),
    ours: ['TRUST_INVALID'],
  },
  {
    ...strict,
    name: "a stranger's line under a Rekor v1 log's checkpoint",
    bundle: forgeBundle({ entry: { lines: (_, line) => line + noteLine('x', Buffer.from('abcd'), Buffer.alloc(64)) } }),
    ours: ['LOG_ENTRY_INVALID'],
  },
  { ...accepted, js: refuses, name: 'x41 a statement by a P-384 key with SHA-384', bundle: largeLeaf() },
  { ...accepted, js: refuses, name: 'x45 an identity as otherName', bundle: otherName(), asked: 'dev!example.org' },
  {
    ...accepted,
    js: 'cannot',
    name: 'x53 a signature by an RSA key, from the digest',
    bundle: byRsa(),
    key: rsa.publicKey,
    artifact: 'digest',
  },
]

const log = generateKeyPairSync('ed25519')
const v2Root = trustedRootJson({ log: { ...log, origin: 'log.forge' } })
const stranger = noteLine('stranger.example', Buffer.from('abcd'), Buffer.alloc(72))
const v2 = (wishes: V2Wishes = {}): Bundle => forgeBundleV2({ ...wishes, entry: { key: log, ...wishes.entry } })
const all = { go: accepts, js: accepts, ours: [] } as const
const none = { go: refuses, js: refuses } as const

/** Controls: where nothing is wrong everybody accepts it; the refusals above are for the one thing that is wrong. */
export const undisputed: readonly Disputed[] = [
  { ...all, root, name: 'a message with a certificate', bundle: forgeBundle() },
  { ...all, root, name: 'a statement with a certificate', bundle: forgeBundle({ kind: 'envelope' }) },
  { ...all, root, name: 'a message by a key', bundle: forgeBundle({ key: own }), key: own.publicKey },
  {
    ...all,
    root,
    name: 'a statement by a key',
    bundle: forgeBundle({ key: own, kind: 'envelope' }),
    key: own.publicKey,
  },
  { ...all, root, name: 'a message with a timestamp', bundle: forgeBundle({ stamps: [{}] }) },
  { ...all, root: v2Root, name: 'a message in Rekor v2', bundle: v2() },
  { ...all, root: v2Root, name: 'a statement in Rekor v2', bundle: v2({ kind: 'envelope' }) },
  { ...all, root: v2Root, name: 'a message by a key in Rekor v2', bundle: v2({ key: own }), key: own.publicKey },
  {
    ...all,
    root: v2Root,
    name: 'a statement by a key in Rekor v2',
    bundle: v2({ key: own, kind: 'envelope' }),
    key: own.publicKey,
  },
  {
    ...all,
    root: v2Root,
    name: "a witness under a Rekor v2 log's checkpoint",
    bundle: v2({ entry: { lines: (_, line) => stranger + line } }),
  },
  {
    ...none,
    root: v2Root,
    name: 'a Rekor v2 entry of other content',
    bundle: v2({ says: { digest: hash('sha256', 'x', 'buffer') } }),
    ours: ['LOG_ENTRY_INVALID'],
  },
  {
    ...none,
    root,
    name: 'a checkpoint by another key',
    bundle: forgeBundle({ entry: { checkpointKey: ec() } }),
    ours: ['LOG_ENTRY_INVALID'],
  },
]
