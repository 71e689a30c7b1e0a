import { createPrivateKey, type KeyObject, randomBytes, scrypt } from 'node:crypto'
import { requireKeySize } from './blocks.ts'
import { damaged, formatSealedKey, readSealedKey } from './cosign-file.ts'
import { passwordWrong } from './password.ts'
import type { Secret } from './secret.ts'
import { soundPrivateKey } from './sound.ts'

// What cosign writes.
const writtenCost = 65_536

/**
 * A private key as cosign's encrypted key file (PEM text). The password may be empty, as in cosign.
 * @throws SealwaxError `KEY_UNSUPPORTED`
 */
export async function encryptPrivateKey(key: KeyObject, password: Secret): Promise<string> {
  const plain = soundPrivateKey(key)
  const { xsalsa20poly1305 } = await import('@noble/ciphers/salsa.js')
  const salt = randomBytes(32)
  const nonce = randomBytes(24)
  const boxKey = await deriveKey(password, salt, writtenCost)
  const ciphertext = xsalsa20poly1305(boxKey, nonce).encrypt(plain.export({ type: 'pkcs8', format: 'der' }))
  return formatSealedKey({ cost: writtenCost, salt, nonce, ciphertext: Buffer.from(ciphertext) })
}

/**
 * The private key in a cosign key file (PEM text, either label, any line width, LF or CRLF).
 * @throws SealwaxError `KEY_PASSWORD` for a wrong password, `KEY_INVALID`, `KEY_UNSUPPORTED`, `INPUT_TOO_LARGE`
 */
export async function decryptPrivateKey(pem: string, password: Secret): Promise<KeyObject> {
  requireKeySize(pem)
  const sealed = readSealedKey(pem)
  const { xsalsa20poly1305 } = await import('@noble/ciphers/salsa.js')
  const boxKey = await deriveKey(password, sealed.salt, sealed.cost)
  const der = openBox(() => xsalsa20poly1305(boxKey, sealed.nonce).decrypt(sealed.ciphertext), password)
  return soundPrivateKey(readPkcs8(der))
}

function deriveKey(password: Secret, salt: Buffer, cost: number): Promise<Buffer> {
  // OpenSSL's default memory limit is below what these costs need (128 * N * r bytes, RFC 7914 section 2).
  const options = { N: cost, r: 8, p: 1, maxmem: 2 * 128 * cost * 8 }
  return new Promise((resolve, reject) => {
    scrypt(password.expose(), salt, 32, options, (error, derived) => (error ? reject(error) : resolve(derived)))
  })
}

function openBox(open: () => Uint8Array, password: Secret): Buffer {
  try {
    return Buffer.from(open())
  } catch {
    throw passwordWrong(password)
  }
}

function readPkcs8(der: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } catch {
    throw damaged('a PKCS#8 private key under the encryption', 'something else')
  }
}
