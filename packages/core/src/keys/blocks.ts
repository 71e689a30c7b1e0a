import { type PemBlock, pemDecode } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'

/**
 * The PEM blocks of a key file, whatever they hold; none when it holds no PEM at all.
 * @throws SealwaxError `KEY_INVALID` for damaged PEM, `KEY_UNSUPPORTED` for OpenSSL's old encryption
 */
export function keyBlocks(text: string): PemBlock[] {
  if (/^Proc-Type:/m.test(text)) throw oldEncryption()
  if (!text.includes('-----BEGIN ')) return []
  try {
    return pemDecode(text)
  } catch (cause) {
    throw new SealwaxError('KEY_INVALID', 'the PEM text of the key is damaged', {
      expected: 'base64 between -----BEGIN ...----- and the same -----END ...-----',
      found: 'something else, or no end',
      cause,
    })
  }
}

/** @throws SealwaxError `INPUT_TOO_LARGE` */
export function requireKeySize(input: string | Uint8Array): void {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength
  if (size <= limits.key) return
  throw new SealwaxError('INPUT_TOO_LARGE', 'the key is too large', {
    expected: `at most ${limits.key} bytes`,
    found: `${size} bytes`,
  })
}

// RFC 1421 headers: the key comes from the password by one round of MD5. Not read, but named.
function oldEncryption(): SealwaxError {
  return new SealwaxError('KEY_UNSUPPORTED', "the private key is encrypted in OpenSSL's old way", {
    expected: 'an encrypted PKCS#8 key (-----BEGIN ENCRYPTED PRIVATE KEY-----)',
    found: 'Proc-Type and DEK-Info headers',
    hint: 'convert it: openssl pkcs8 -topk8 -in <file> -out <new file>',
  })
}
