import { createHash } from 'node:crypto'
import { rawEd25519, signWith, type ServiceKey } from '../pki/index.ts'

const ED25519 = 0x01

/**
 * What a log is known by: the hash over its name and its key (C2SP signed-note, "Signatures"). A note carries the first four bytes; a
 * trusted root and a log entry all of them.
 */
export function logIdOf(name: string, key: ServiceKey): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Buffer.of(ED25519)).update(rawEd25519(key.spki)).digest()
}

/** A signed note: the text, an empty line, and the signature line of one signer. `signer` may be a stranger who uses the id of another. */
export function signNote(text: string, name: string, id: Buffer, signer: ServiceKey): string {
  const signature = Buffer.concat([id.subarray(0, 4), signWith(signer, Buffer.from(text))])
  return `${text}\n— ${name} ${signature.toString('base64')}\n`
}
