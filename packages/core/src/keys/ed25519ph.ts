import { hash, type KeyObject } from 'node:crypto'

/** Whether `signature` by an Ed25519 key covers the message with this SHA-512 digest, as Ed25519ph (RFC 8032 section 5.1). */
export type PrehashVerifier = (key: KeyObject, digest: Uint8Array, signature: Uint8Array) => boolean

// dom2(F, C) of RFC 8032 section 5.1 with the flag for pre-hashing and no context: it keeps these signatures apart from plain ones.
const domain = Buffer.concat([Buffer.from('SigEd25519 no Ed25519 collisions'), Buffer.of(1, 0)])

/**
 * Loads the check of Ed25519ph signatures, which node:crypto does not have: the arithmetic of the curve comes from a library,
 * loaded here and nowhere else.
 */
export async function loadPrehashVerifier(): Promise<PrehashVerifier> {
  const { ed25519 } = await import('@noble/curves/ed25519.js')
  const { Point } = ed25519
  const order = Point.Fn.ORDER
  return (key, digest, signature) => {
    if (key.asymmetricKeyType !== 'ed25519' || digest.length !== 64 || signature.length !== 64) return false
    const publicKey = key.export({ type: 'spki', format: 'der' }).subarray(-32)
    const r = Buffer.from(signature.subarray(0, 32))
    const s = littleEndian(signature.subarray(32))
    const challenge = littleEndian(hash('sha512', Buffer.concat([domain, r, publicKey, digest]), 'buffer')) % order
    try {
      const commitment = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(publicKey).multiplyUnsafe(challenge))
      return r.equals(commitment.toBytes())
    } catch {
      // Not a point of the curve; or a number that is not below the order: a second form of it would be a second signature.
      return false
    }
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}
