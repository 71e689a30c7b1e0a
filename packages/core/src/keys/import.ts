import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { PemBlock } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { keyBlocks, requireKeySize } from './blocks.ts'
import { passwordMissing, passwordWrong } from './password.ts'
import { boundedPkcs8 } from './pkcs8.ts'
import type { Secret } from './secret.ts'
import { soundPrivateKey } from './sound.ts'

const types = {
  'RSA PRIVATE KEY': 'pkcs1',
  'EC PRIVATE KEY': 'sec1',
  'PRIVATE KEY': 'pkcs8',
  'ENCRYPTED PRIVATE KEY': 'pkcs8',
} as const

type Label = keyof typeof types
type LabelledBlock = PemBlock & { readonly label: Label }

/**
 * A private key from PEM text: PKCS#1, SEC1, PKCS#8, and PKCS#8 encrypted with a password. Other blocks beside it, such
 * as OpenSSL's `EC PARAMETERS`, are passed over.
 * @throws SealwaxError `KEY_PASSWORD` when the password is wrong or missing, `KEY_INVALID`, `KEY_UNSUPPORTED`,
 * `INPUT_TOO_LARGE`
 */
export function importPrivateKey(pem: string, password?: Secret): KeyObject {
  requireKeySize(pem)
  const block = onlyPrivateBlock(pem)
  return soundPrivateKey(block.label === 'ENCRYPTED PRIVATE KEY' ? open(block.der, password) : decode(block))
}

function onlyPrivateBlock(pem: string): LabelledBlock {
  const blocks = keyBlocks(pem)
  const [first, second] = blocks.filter((block): block is LabelledBlock => Object.hasOwn(types, block.label))
  if (first !== undefined && second === undefined) return first
  throw new SealwaxError('KEY_INVALID', 'this is not a private key that can be imported', {
    expected: `one PEM block: ${Object.keys(types).join(', ')}`,
    found: blocks.map(({ label }) => label).join(', ') || 'no PEM block',
    ...(blocks.some(({ label }) => label.endsWith('PUBLIC KEY')) && {
      hint: 'this is the public key: name the other file',
    }),
  })
}

function decode({ label, der }: LabelledBlock): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: types[label] })
  } catch {
    // OpenSSL's messages differ between its versions and help nobody: they are not passed on.
    throw new SealwaxError('KEY_INVALID', 'the private key is damaged', {
      expected: 'a PKCS#1, SEC1 or PKCS#8 private key',
      found: `something else under -----BEGIN ${label}-----`,
    })
  }
}

function open(der: Buffer, password: Secret | undefined): KeyObject {
  if (password === undefined) throw passwordMissing()
  const key = boundedPkcs8(der)
  try {
    return createPrivateKey({ key, format: 'der', type: 'pkcs8', passphrase: password.expose() })
  } catch {
    throw passwordWrong(password)
  }
}
