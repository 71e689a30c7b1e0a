import { createPublicKey, type KeyObject } from 'node:crypto'
import { SealwaxError } from '../errors.ts'
import { base64Decode } from '../encoding/index.ts'
import type { LogKey } from '../fulcio/index.ts'
import { isSignature } from '../keys/index.ts'
import { type Checkpoint, isOwn, noteKeyId, type RekorVersion, type SignatureLine } from './checkpoint.ts'

/** A witness of logs: who vouches that a log showed it one tree that only grew, and by which key. */
export interface WitnessKey {
  readonly name: string
  /** The first four bytes of the key's id (C2SP tlog-cosignature). */
  readonly hint: Buffer
  readonly key: KeyObject
}

/** What a witness said of a checkpoint: at `time` this was the log's largest tree, and it held all earlier ones. */
export interface Cosignature {
  readonly witness: string
  readonly time: Date
}

/** Ed25519 cosignatures: the byte of their kind; a timestamp of eight bytes; a signature of 64. */
const cosignatureType = 4
const cosignatureLength = 72
const witnessKey = /^([^+\p{White_Space}]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44})$/u
/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * A witness from its verifier key (C2SP signed-note, "Verifier keys"), `NAME+ID+KEY`, of the kind of Ed25519 cosignatures.
 * @throws SealwaxError `TRUST_INVALID`
 */
export function parseWitness(text: string): WitnessKey {
  const [, name = '', id = '', encoded = ''] = witnessKey.exec(text) ?? []
  const material = name === '' ? Buffer.of() : decode(encoded)
  if (material.length !== 33 || material[0] !== cosignatureType) throw invalid(text)
  const key = material.subarray(1)
  const hint = noteKeyId(name, cosignatureType, key).subarray(0, 4)
  if (hint.toString('hex') !== id) throw invalid(text)
  return { name, hint, key: createPublicKey({ key: Buffer.concat([spkiHead, key]), format: 'der', type: 'spki' }) }
}

function decode(text: string): Buffer {
  try {
    return base64Decode(text)
  } catch {
    return Buffer.of()
  }
}

function invalid(text: string): SealwaxError {
  return new SealwaxError('TRUST_INVALID', 'the key of a witness cannot be read', {
    expected: 'NAME+ID+KEY with an Ed25519 key of type 4 (c2sp.org/tlog-cosignature), and the id of that name and key',
    // Not the text: a private key given by mistake is no witness either.
    found: `${text.length} characters that are not`,
  })
}

/** The cosignatures of known witnesses, each witness once; and the names under signatures whose keys are not known. */
export interface CheckedCosignatures {
  readonly verified: readonly Cosignature[]
  readonly unknown: readonly string[]
}

/**
 * Checks the lines under a checkpoint that are not the log's. Those of unknown keys are passed over; of a known witness each
 * must verify (C2SP signed-note).
 * @throws SealwaxError `ENTRY_INVALID`
 */
export function checkCosignatures(
  checkpoint: Checkpoint,
  log: LogKey,
  rekor: RekorVersion,
  witnesses: readonly WitnessKey[],
): CheckedCosignatures {
  const verified = new Map<string, Cosignature>()
  const unknown = new Set<string>()
  for (const line of checkpoint.signatures) {
    if (isOwn(line, checkpoint, log, rekor)) continue
    const witness = witnesses.find(({ name, hint }) => name === line.name && hint.equals(line.hint))
    if (witness === undefined) unknown.add(line.name)
    else verified.set(witness.name, verifyCosignature(checkpoint, line, witness))
  }
  return { verified: [...verified.values()], unknown: [...unknown] }
}

function verifyCosignature(
  { signed }: Checkpoint,
  { signature }: SignatureLine,
  { name, key }: WitnessKey,
): Cosignature {
  const seconds = signature.length === cosignatureLength ? signature.readBigUInt64BE() : -1n
  const time = new Date(Number(seconds) * 1000)
  const covered = Buffer.concat([Buffer.from(`cosignature/v1\ntime ${seconds}\n`), signed])
  if (seconds >= 0n && !Number.isNaN(time.getTime()) && isSignature(undefined, covered, key, signature.subarray(8)))
    return { witness: name, time }
  throw new SealwaxError('ENTRY_INVALID', "a witness's signature under the checkpoint is not by that witness", {
    expected: name,
  })
}
