import { createHash, sign } from 'node:crypto'
import type { TransparencyLogEntry } from '../../src/bundle/index.ts'
import { canonicalJson } from '../../src/encoding/index.ts'
import type { KeyPair } from './certificate.ts'

export interface EntryWishes {
  readonly key: KeyPair
  readonly body: unknown
  /** What is logged, instead of `body` in canonical JSON. */
  readonly text?: string
  readonly time: Date
  readonly index?: number
  readonly kind: string
  readonly version: string
  /** Without a promise the entry is like Rekor v2's. */
  readonly promise?: boolean
  readonly proof?: boolean
  /** Signs the checkpoint instead of `key`. */
  readonly checkpointKey?: KeyPair
  /** What the log signs as its root, instead of the root of the proof. */
  readonly checkpointRoot?: Buffer
  readonly checkpointSize?: number
  /** The log's name: with the number of a tree as Rekor v1 has it, without one as Rekor v2. */
  readonly origin?: string
  /** The name and the hint on the log's signature line. */
  readonly name?: string
  readonly hint?: Buffer
  /** Lines under the root, each with its line end. */
  readonly extensions?: string
  /** The signature lines, made from what they cover and from the log's own line. */
  readonly lines?: (note: string, own: string) => string
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

const spki = ({ publicKey }: KeyPair): Buffer => publicKey.export({ type: 'spki', format: 'der' })
const isEd25519 = ({ publicKey }: KeyPair): boolean => publicKey.asymmetricKeyType === 'ed25519'

/** The id of a key under a name (C2SP signed-note): 1 for an Ed25519 signature, 4 for a cosignature. */
export const noteKeyId = (name: string, type: number, key: KeyPair): Buffer =>
  sha256(Buffer.from(`${name}\n`), Buffer.of(type), spki(key).subarray(-32))

/** A log's id: of its key alone, or for Ed25519 keys that sign under a name of Rekor v2, of both. */
export const logId = (key: KeyPair, origin?: string): Buffer =>
  origin !== undefined && isEd25519(key) ? noteKeyId(origin, 1, key) : sha256(spki(key))

const signAs = (key: KeyPair, data: Uint8Array): Buffer =>
  sign(isEd25519(key) ? undefined : 'sha256', data, key.privateKey)

/** One signature line of a note. */
export const noteLine = (name: string, hint: Uint8Array, signature: Uint8Array): string =>
  `\u2014 ${name} ${Buffer.concat([hint.subarray(0, 4), signature]).toString('base64')}\n`

/** The line of a witness that saw the checkpoint at `seconds` (C2SP tlog-cosignature). */
export function cosignatureLine(
  name: string,
  key: KeyPair,
  note: string,
  seconds: number | bigint = 1_780_000_000,
): string {
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(BigInt(seconds))
  const signature = sign(undefined, Buffer.from(`cosignature/v1\ntime ${seconds}\n${note}`), key.privateKey)
  return noteLine(name, noteKeyId(name, 4, key), Buffer.concat([time, signature]))
}

/** A witness's key as it is published. */
export const witnessKeyText = (name: string, key: KeyPair, type = 4): string =>
  [
    name,
    noteKeyId(name, type, key).subarray(0, 4).toString('hex'),
    Buffer.concat([Buffer.of(type), spki(key).subarray(-32)]).toString('base64'),
  ].join('+')

/** An entry of a log with two leaves, the other of which nobody knows. */
export function logEntry(wishes: EntryWishes): TransparencyLogEntry {
  const { key, index = 1, promise = true, proof = true } = wishes
  const body = Buffer.from(wishes.text ?? canonicalJson(wishes.body))
  const seconds = String(Math.floor(wishes.time.getTime() / 1000))
  const sibling = sha256(Buffer.from('the other leaf'))
  const leaf = sha256(Buffer.of(0), body)
  const root = sha256(Buffer.of(1), sibling, leaf)
  const origin = wishes.origin ?? 'forge - 1'
  const name = wishes.name ?? origin.replace(/ - [0-9]+$/, '')
  const id = logId(key, / - [0-9]+$/.test(origin) ? undefined : origin)
  const set = {
    body: body.toString('base64'),
    integratedTime: Number(seconds),
    logID: id.toString('hex'),
    logIndex: index,
  }
  const signer = wishes.checkpointKey ?? key
  const head = `${origin}\n${wishes.checkpointSize ?? 2}\n`
  const note = `${head}${(wishes.checkpointRoot ?? root).toString('base64')}\n${wishes.extensions ?? ''}`
  const own = noteLine(name, wishes.hint ?? id, signAs(signer, Buffer.from(note)))
  return {
    logIndex: String(index),
    logId: { keyId: id },
    kindVersion: { kind: wishes.kind, version: wishes.version },
    integratedTime: promise ? seconds : '0',
    inclusionPromise: promise ? { signedEntryTimestamp: signAs(key, Buffer.from(canonicalJson(set))) } : undefined,
    inclusionProof: proof
      ? {
          logIndex: '1',
          treeSize: '2',
          rootHash: root,
          hashes: [sibling],
          checkpoint: { envelope: `${note}\n${wishes.lines?.(note, own) ?? own}` },
        }
      : undefined,
    canonicalizedBody: body,
  }
}

/** A PEM block, once more in base64, as log entries have it. */
export const pem = (label: string, der: Buffer): string =>
  Buffer.from(`-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`).toString('base64')

export interface Logged {
  readonly signature: Buffer
  readonly verifier: Buffer
  readonly isCertificate: boolean
}

export function hashedRekord(logged: Logged, hash: string, digest: Buffer): unknown {
  const content = pem(logged.isCertificate ? 'CERTIFICATE' : 'PUBLIC KEY', logged.verifier)
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: hash, value: digest.toString('hex') } },
      signature: { content: logged.signature.toString('base64'), publicKey: { content } },
    },
  }
}

export function dsseRecord(logged: Logged, payload: Buffer): unknown {
  const verifier = pem(logged.isCertificate ? 'CERTIFICATE' : 'PUBLIC KEY', logged.verifier)
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: '00'.repeat(32) },
      payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
      signatures: [{ signature: logged.signature.toString('base64'), verifier }],
    },
  }
}

export function hashedRekordV2(logged: Logged, hash: string, digest: Buffer, keyDetails: string): unknown {
  const verifier = { rawBytes: logged.verifier.toString('base64') }
  return {
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: {
      hashedRekordV002: {
        data: { algorithm: hash, digest: digest.toString('base64') },
        signature: {
          content: logged.signature.toString('base64'),
          verifier: { keyDetails, ...(logged.isCertificate ? { x509Certificate: verifier } : { publicKey: verifier }) },
        },
      },
    },
  }
}

/** The kind that attestations had before `dsse`; the signature in it is base64 of base64. */
export function intotoRecord(logged: Logged, payload: Buffer, version = '0.0.2'): unknown {
  const publicKey = pem(logged.isCertificate ? 'CERTIFICATE' : 'PUBLIC KEY', logged.verifier)
  const sig = Buffer.from(logged.signature.toString('base64')).toString('base64')
  return {
    apiVersion: version,
    kind: 'intoto',
    spec: {
      content: {
        envelope: { payloadType: 'application/vnd.in-toto+json', signatures: [{ publicKey, sig }] },
        hash: { algorithm: 'sha256', value: '00'.repeat(32) },
        payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
      },
    },
  }
}
