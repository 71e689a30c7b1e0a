import { type DerNode, oidText, readDer, tags } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'

const pbes2 = '1.2.840.113549.1.5.13'
const pbkdf2 = '1.2.840.113549.1.5.12'
const scrypt = '1.3.6.1.4.1.11591.4.11'

// About two seconds of work each. OpenSSL writes 2,048 rounds of PBKDF2, careful people one million.
const maximalRounds = 4_000_000
const maximalScrypt = 2 ** 23

/**
 * An EncryptedPrivateKeyInfo (RFC 5958 section 3) whose key derivation is of bounded cost. OpenSSL does as many rounds as
 * the file says: without this a small file could hold the process for days.
 * @throws SealwaxError `KEY_INVALID`, `KEY_UNSUPPORTED`
 */
export function boundedPkcs8(der: Buffer): Buffer {
  const { kdf, cost } = readKdf(der)
  const maximum = { [pbkdf2]: maximalRounds, [scrypt]: maximalScrypt }[kdf]
  if (maximum !== undefined && cost <= maximum) return der
  throw new SealwaxError('KEY_UNSUPPORTED', 'the private key is encrypted in a way that is not read here', {
    expected: `PBES2 with PBKDF2 (up to ${maximalRounds} rounds) or scrypt (N * r * p up to ${maximalScrypt})`,
    found: maximum === undefined ? `the scheme ${kdf}` : `a cost of ${cost}`,
    hint: 'encrypt it again: openssl pkcs8 -topk8 -in <file> -out <new file>',
  })
}

/** PBES2-params (RFC 8018 appendix A.4): the key derivation's object identifier, and its rounds or N * r * p. */
function readKdf(der: Buffer): { kdf: string; cost: number } {
  try {
    const [algorithm] = readDer(der).children()
    const [scheme, parameters] = required(algorithm).children()
    const oid = oidText(required(scheme))
    if (oid !== pbes2) return { kdf: oid, cost: 0 }
    const [derivation] = required(parameters).children()
    const [kdf, kdfParameters] = required(derivation).children()
    const name = oidText(required(kdf))
    const numbers = required(kdfParameters)
      .children()
      .filter((node) => node.tag === tags.integer)
      .map(({ content }) => Number(`0x0${content.toString('hex')}`))
    // PBKDF2: rounds [and key length]; scrypt: N, r, p [and key length] (RFC 8018 appendix A.2, RFC 7914 section 7).
    const counted = numbers.slice(0, name === scrypt ? 3 : 1)
    const cost = counted.reduce((product, number) => product * number, 1)
    return { kdf: name, cost: counted.length === 0 ? Number.POSITIVE_INFINITY : cost }
  } catch (cause) {
    throw new SealwaxError('KEY_INVALID', 'the encrypted private key is damaged', {
      expected: 'an EncryptedPrivateKeyInfo (RFC 5958 section 3)',
      found: `${der.length} bytes of something else`,
      cause,
    })
  }
}

function required(node: DerNode | undefined): DerNode {
  if (node === undefined) throw new Error('an element is missing')
  return node
}
