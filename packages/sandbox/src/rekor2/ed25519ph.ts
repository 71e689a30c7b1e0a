import { createHash } from 'node:crypto'

/** dom2(1, "") of RFC 8032, 2: prehashed, without a context. */
const DOMAIN = Buffer.concat([Buffer.from('SigEd25519 no Ed25519 collisions'), Buffer.of(1, 0)])

/**
 * Verifies Ed25519ph (RFC 8032, 5.1.7) when only the SHA-512 digest of the message is known; node:crypto knows neither the digest nor,
 * in the versions of Node that are supported, Ed25519ph.
 * @param key the 32 bytes of the public key
 */
export async function verifyEd25519ph(key: Buffer, digest: Buffer, signature: Buffer): Promise<boolean> {
  if (signature.length !== 64) return false
  const { Point } = (await import('@noble/curves/ed25519.js')).ed25519
  const commitment = signature.subarray(0, 32)
  const s = littleEndian(signature.subarray(32))
  const hashed = createHash('sha512').update(DOMAIN).update(commitment).update(key).update(digest).digest()
  try {
    const right = Point.fromBytes(key).multiplyUnsafe(littleEndian(hashed) % Point.Fn.ORDER)
    // Refuses an S of the order or more, as it must, or anyone could make a second signature out of one.
    const expected = Point.BASE.multiplyUnsafe(s).subtract(right)
    return commitment.equals(Buffer.from(expected.toBytes()))
  } catch {
    return false
  }
}

function littleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}
