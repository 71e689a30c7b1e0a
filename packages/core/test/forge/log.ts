import { createHash, sign } from 'node:crypto'
import type { TransparencyLogEntry } from '../../src/bundle/index.ts'
import { canonicalJson } from '../../src/encoding/index.ts'
import type { KeyPair } from './certificate.ts'

export interface EntryWishes {
  readonly key: KeyPair
  readonly body: unknown
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
}

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

export const logId = ({ publicKey }: KeyPair): Buffer => sha256(publicKey.export({ type: 'spki', format: 'der' }))

/** An entry of a log with two leaves, the other of which nobody knows. */
export function logEntry(wishes: EntryWishes): TransparencyLogEntry {
  const { key, index = 1, promise = true, proof = true } = wishes
  const body = Buffer.from(canonicalJson(wishes.body))
  const seconds = String(Math.floor(wishes.time.getTime() / 1000))
  const sibling = sha256(Buffer.from('the other leaf'))
  const leaf = sha256(Buffer.of(0), body)
  const root = sha256(Buffer.of(1), sibling, leaf)
  const id = logId(key)
  const set = {
    body: body.toString('base64'),
    integratedTime: Number(seconds),
    logID: id.toString('hex'),
    logIndex: index,
  }
  const signer = wishes.checkpointKey ?? key
  const note = `forge - 1\n${wishes.checkpointSize ?? 2}\n${(wishes.checkpointRoot ?? root).toString('base64')}\n`
  const signature = sign('sha256', Buffer.from(note), signer.privateKey)
  const line = Buffer.concat([id.subarray(0, 4), signature]).toString('base64')
  return {
    logIndex: String(index),
    logId: { keyId: id },
    kindVersion: { kind: wishes.kind, version: wishes.version },
    integratedTime: promise ? seconds : '0',
    inclusionPromise: promise
      ? { signedEntryTimestamp: sign('sha256', Buffer.from(canonicalJson(set)), key.privateKey) }
      : undefined,
    inclusionProof: proof
      ? {
          logIndex: '1',
          treeSize: '2',
          rootHash: root,
          hashes: [sibling],
          checkpoint: { envelope: `${note}\n\u2014 forge ${line}\n` },
        }
      : undefined,
    canonicalizedBody: body,
  }
}

const pem = (label: string, der: Buffer): string =>
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
