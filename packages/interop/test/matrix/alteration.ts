// What is done to a bundle that all verifiers accept, after which none may; and what a verifier may not find in it.
import type { Cell, Client } from './cell.ts'
import type { Expected } from './client.ts'

interface Proof {
  logIndex: string
  rootHash: string
  hashes?: string[]
  checkpoint: { envelope: string }
}
interface Entry {
  logIndex: string
  integratedTime?: string
  inclusionPromise?: { signedEntryTimestamp: string }
  inclusionProof: Proof
  canonicalizedBody: string
}
export interface Bundle {
  verificationMaterial: {
    certificate?: { rawBytes: string }
    tlogEntries: Entry[]
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] }
  }
  messageSignature?: { signature: string }
  dsseEnvelope?: { payload: string; signatures: { sig: string }[] }
}

/** Changes the bundle; it may take from `other`, a bundle of the same signer in the same cell, of another file. */
export type Alteration = (bundle: Bundle, other: Bundle) => void

const entryOf = ({ verificationMaterial: { tlogEntries } }: Bundle): Entry => {
  const [entry] = tlogEntries
  if (entry === undefined) throw new Error('the bundle has no log entry')
  return entry
}

/** One bit of the octet in the middle. */
function flipped(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes.toString('base64')
}

const always: Readonly<Record<string, Alteration>> = {
  'the log entry is gone': (bundle) => {
    bundle.verificationMaterial.tlogEntries = []
  },
  "the log entry is another bundle's": (bundle, other) => {
    bundle.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries
  },
  'the signature has a flipped bit': ({ messageSignature: message, dsseEnvelope: envelope }) => {
    for (const signature of envelope?.signatures ?? []) signature.sig = flipped(signature.sig)
    if (message) message.signature = flipped(message.signature)
  },
  "the entry's body is another bundle's": (bundle, other) => {
    entryOf(bundle).canonicalizedBody = entryOf(other).canonicalizedBody
  },
  "the proof's root hash has a flipped bit": (bundle) => {
    const { inclusionProof: proof } = entryOf(bundle)
    proof.rootHash = flipped(proof.rootHash)
  },
  "the proof's first hash has a flipped bit": (bundle) => {
    const { inclusionProof: proof } = entryOf(bundle)
    proof.hashes = (proof.hashes ?? []).map((hash, at) => (at === 0 ? flipped(hash) : hash))
  },
  'the checkpoint tells of a larger tree': (bundle) => {
    const { checkpoint } = entryOf(bundle).inclusionProof
    checkpoint.envelope = checkpoint.envelope.replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) + 1}\n`)
  },
}

const rekor1: Readonly<Record<string, Alteration>> = {
  "the log's time is a second later": (bundle) => {
    const entry = entryOf(bundle)
    entry.integratedTime = `${Number(entry.integratedTime) + 1}`
  },
  "the log's promise has a flipped bit": (bundle) => {
    const { inclusionPromise: promise } = entryOf(bundle)
    if (promise) promise.signedEntryTimestamp = flipped(promise.signedEntryTimestamp)
  },
}

const identity: Readonly<Record<string, Alteration>> = {
  "the certificate is another bundle's": (bundle, other) => {
    Object.assign(bundle.verificationMaterial, { certificate: other.verificationMaterial.certificate })
  },
}

/** Without the log's promise, the authority's timestamp alone says that the certificate was valid. */
const identityRekor2: Readonly<Record<string, Alteration>> = {
  'the timestamp is gone': (bundle) => {
    delete bundle.verificationMaterial.timestampVerificationData
  },
  "the timestamp is another bundle's": (bundle, other) => {
    const { timestampVerificationData: data } = other.verificationMaterial
    Object.assign(bundle.verificationMaterial, { timestampVerificationData: data })
  },
}

const attestation: Readonly<Record<string, Alteration>> = {
  "the statement is another bundle's": ({ dsseEnvelope: envelope }, { dsseEnvelope: other }) => {
    if (envelope && other) envelope.payload = other.payload
  },
}

/**
 * Who accepts it nevertheless, and why nothing is lost by that. For Rekor v2, sigstore-go, and with it cosign, makes the entry anew
 * from the signature, the key and the digest, and looks for that one below the checkpoint's root: it does not read the bundle's copy
 * of the entry, nor the proof's copy of the root.
 */
export function toleratedBy(name: string, { log }: Cell): Client | undefined {
  const copies = ["the entry's body is another bundle's", "the proof's root hash has a flipped bit"]
  return log === 'Rekor v2' && copies.includes(name) ? 'cosign' : undefined
}

/** Whom a verifier is told to find in this cell, who did not sign. P-384.pub is nobody's key. */
export function strangersOf({ by }: Cell, expected: Expected): [name: string, Expected][] {
  if (by === 'key') return [['the key is to be another', { ...expected, key: 'P-384' }]]
  return [
    ['the signer is to be another', { ...expected, name: `${expected.name}x` }],
    ['the issuer is to be another', { ...expected, issuer: `${expected.issuer}/` }],
  ]
}

/** The alterations that make sense in this cell, by name. */
export function alterationsOf({ by, log, of }: Cell): [name: string, Alteration][] {
  const tables = [
    always,
    log === 'Rekor v1' && rekor1,
    by === 'identity' && identity,
    by === 'identity' && log === 'Rekor v2' && identityRekor2,
    of === 'attestation' && attestation,
  ]
  return tables.flatMap((table) => (table ? Object.entries(table) : []))
}
