import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { base64Decode } from '../encoding/index.ts'
import type { LogKey } from '../fulcio/index.ts'
import { isSignature } from '../keys/index.ts'

/** A log's signed statement about its whole tree (C2SP tlog-checkpoint inside a signed-note). */
export interface Checkpoint {
  /** The log's own name. Rekor v1: host and tree id; Rekor v2: a name that need not be the host that answers. */
  readonly origin: string
  readonly size: bigint
  readonly root: Buffer
  /** The bytes that are signed. */
  readonly signed: Buffer
  readonly signatures: readonly { readonly name: string; readonly hint: Buffer; readonly signature: Buffer }[]
}

/** Signature lines that are looked at: the log's own and its witnesses'. */
const maxSignatures = 100

/**
 * A checkpoint from its text. Nothing is verified.
 * @throws SealwaxError `ENTRY_INVALID`
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (text.length > limits.checkpoint) throw invalid(`at most ${limits.checkpoint} characters`, `${text.length}`)
  const split = text.lastIndexOf('\n\n')
  if (split === -1) throw invalid('an empty line before the signatures', 'none')
  const [origin = '', size = '', root = ''] = text.slice(0, split).split('\n')
  const lines = text.slice(split + 2).split('\n')
  if (origin === '') throw invalid('the name of the log', 'an empty line')
  if (!/^(0|[1-9][0-9]{0,18})$/.test(size)) throw invalid('the size of the tree as a decimal number', 'another text')
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

function readSignature(line: string): Checkpoint['signatures'][number] {
  const match = /^\u2014 (\S+) (\S+)$/.exec(line)
  if (match === null) throw invalid('a line of an em dash, a name and a signature', 'another line')
  const blob = decode(match[2] ?? '')
  if (blob.length < 5) throw invalid('a key hint and a signature', `${blob.length} bytes`)
  return { name: match[1] ?? '', hint: blob.subarray(0, 4), signature: blob.subarray(4) }
}

/**
 * Whether the log signed the checkpoint. Its line is found by the key's hint and not by the log's host: a Rekor v2 log signs
 * under its origin, which is not always the host that answers. The line must bear the origin's name (C2SP tlog-checkpoint);
 * Rekor v1 adds the number of its tree to the origin.
 */
export function verifyCheckpoint(checkpoint: Checkpoint, log: LogKey): boolean {
  const { origin, signatures, signed } = checkpoint
  return signatures.some(
    ({ name, hint, signature }) =>
      hint.equals(log.checkpointHint) &&
      (name === origin || origin.startsWith(`${name} - `)) &&
      isSignature(log.hash, signed, log.key, signature),
  )
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
