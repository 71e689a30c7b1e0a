import { createHash, type KeyObject } from 'node:crypto'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { base64Decode } from '../encoding/index.ts'
import type { LogKey } from '../fulcio/index.ts'
import { isSignature, publicKeyDer } from '../keys/index.ts'

/** A log's signed statement about its whole tree (C2SP tlog-checkpoint inside a signed-note). */
export interface Checkpoint {
  /** The log's own name. Rekor v1: host and tree id; Rekor v2: a name that need not be the host that answers. */
  readonly origin: string
  readonly size: bigint
  readonly root: Buffer
  /** The bytes that are signed. */
  readonly signed: Buffer
  readonly signatures: readonly SignatureLine[]
}

/** Who signed is said by the name and the hint together (C2SP signed-note): the first bytes of the key's id. */
export interface SignatureLine {
  readonly name: string
  readonly hint: Buffer
  readonly signature: Buffer
}

// A name's white space is Unicode's, as in the Go implementation; `\s` knows other characters.
const noteLine = /^\u2014 ([^+\p{White_Space}]+) (\S+)$/u

/** The major version of the Rekor that made an entry, as the entry's kind tells it. */
export type RekorVersion = 1 | 2

/** Signature lines that are looked at: the log's own and its witnesses'. */
const maxSignatures = 100

/**
 * A checkpoint from its text. Nothing is verified.
 * @throws SealwaxError `ENTRY_INVALID`
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (text.length > limits.checkpoint) throw invalid(`at most ${limits.checkpoint} characters`, `${text.length}`)
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text) || !text.isWellFormed())
    throw invalid('text without control characters', 'some')
  const split = text.lastIndexOf('\n\n')
  if (split === -1) throw invalid('an empty line before the signatures', 'none')
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, split).split('\n')
  const lines = text.slice(split + 2).split('\n')
  if (origin === '') throw invalid('the name of the log', 'an empty line')
  if (!/^(0|[1-9][0-9]{0,18})$/.test(size)) throw invalid('the size of the tree as a decimal number', 'another text')
  if (extensions.includes('')) throw invalid('no empty line among the extensions', 'one')
  if (lines.pop() !== '') throw invalid('a line end after the last signature', 'none')
  if (lines.length === 0 || lines.length > maxSignatures)
    throw invalid(`1 to ${maxSignatures} signatures`, `${lines.length}`)
  return {
    origin,
    size: BigInt(size),
    root: decode(root),
    signed: Buffer.from(text.slice(0, split + 1)),
    signatures: lines.map(readSignature),
  }
}

function readSignature(line: string): SignatureLine {
  const match = noteLine.exec(line)
  if (match === null) throw invalid('a line of an em dash, a name and a signature', 'another line')
  const blob = decode(match[2] ?? '')
  if (blob.length < 5) throw invalid('a key hint and a signature', `${blob.length} bytes`)
  return { name: match[1] ?? '', hint: blob.subarray(0, 4), signature: blob.subarray(4) }
}

/**
 * Whether the log signed the checkpoint, as a log of that version of `rekor` does. Every line that claims to be the log's must
 * verify (C2SP signed-note); those of others are left to `checkCosignatures`. A Rekor v1 log has no witnesses: beside its own,
 * no line is accepted there. Which version it is, the entry says: the checkpoint's text must not choose its own rules.
 */
export function verifyCheckpoint(checkpoint: Checkpoint, log: LogKey, rekor: RekorVersion): boolean {
  const { signatures, signed } = checkpoint
  const own = signatures.filter((line) => isOwn(line, checkpoint, log, rekor))
  if (own.length === 0 || (rekor === 1 && own.length < signatures.length)) return false
  return own.every(({ signature }) => isSignature(log.hash, signed, log.key, signature))
}

/** Whether the line claims to be by the log: its name and its key's hint, which is bound to both. */
export function isOwn(line: SignatureLine, checkpoint: Checkpoint, log: LogKey, rekor: RekorVersion): boolean {
  const name = nameOf(checkpoint, log, rekor)
  return line.name === name && line.hint.equals(log.checkpointHint) && isHintOf(line.hint, name, log.key, rekor)
}

/** The name that the log signs under; `undefined` when a checkpoint of that origin cannot be the log's. */
function nameOf({ origin }: Checkpoint, { url, key }: LogKey, rekor: RekorVersion): string | undefined {
  // Rekor v1 adds the number of its tree to the name that it signs with.
  if (rekor === 1) return /^(.*) - [0-9]+$/.exec(origin)?.[1]
  // The hint of an Ed25519 key is made of the origin too, so any host may answer. Of another key it is not: there only the
  // host keeps two logs with one key apart.
  return key.asymmetricKeyType === 'ed25519' || origin === URL.parse(url)?.hostname ? origin : undefined
}

/**
 * The hint that the trusted root gives must be one that the key makes. For Ed25519 it covers the name: so a log cannot take the
 * name of another one that has the same key. Of RSA keys two forms are in use; there the trusted root's word must do.
 */
function isHintOf(hint: Buffer, name: string, key: KeyObject, rekor: RekorVersion): boolean {
  if (key.asymmetricKeyType === 'rsa') return true
  const spki = publicKeyDer(key)
  const isNamed = key.asymmetricKeyType === 'ed25519' && rekor === 2
  const id = isNamed ? noteKeyId(name, 1, spki.subarray(-32)) : createHash('sha256').update(spki).digest()
  return hint.equals(id.subarray(0, 4))
}

/** The id of a key under a name (C2SP signed-note, "Signatures"); `type` is the byte of the kind of signature. */
export function noteKeyId(name: string, type: number, key: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Buffer.of(type)).update(key).digest()
}

function decode(text: string): Buffer {
  try {
    return base64Decode(text)
  } catch {
    throw invalid('base64', 'another text')
  }
}

function invalid(expected: string, found: string): SealwaxError {
  return new SealwaxError('ENTRY_INVALID', "the log's checkpoint cannot be read", { expected, found })
}
