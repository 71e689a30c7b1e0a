// Writing a key pair with consent: a private key that is overwritten cannot be made again.
import { existsSync } from 'node:fs'
import type { KeyObject } from 'node:crypto'
import { canAsk, confirm } from '../terminal/ask.ts'
import { note, printable, warn } from '../terminal/text.ts'
import { findPassword } from './password.ts'

export interface KeyFileOptions {
  readonly outputKeyPrefix: string
  readonly yes?: boolean
}

/**
 * Encrypts `key` with a new password and writes PREFIX.key and PREFIX.pub. `makeKey` is called after all questions.
 * @throws FILE_EXISTS without a yes, CANCELLED, KEY_PASSWORD, FILE_UNWRITABLE
 */
export async function writeNewKeyPair(makeKey: () => Promise<KeyObject>, options: KeyFileOptions): Promise<void> {
  const { encryptPrivateKey, publicKeyPem, writeKeyPair } = await import('@sealwax/core')
  const { createPublicKey } = await import('node:crypto')
  const overwrite = await mayOverwrite(options)
  const key = await makeKey()
  const { secret } = await findPassword({ what: 'private key', isNew: true })
  const pair = { privatePem: await encryptPrivateKey(key, secret), publicPem: publicKeyPem(createPublicKey(key)) }
  const { privatePath, publicPath } = await writeKeyPair(options.outputKeyPrefix, pair, { overwrite })
  note(`Private key written to ${printable(privatePath)}`, `Public key written to ${printable(publicPath)}`)
}

async function mayOverwrite({ outputKeyPrefix, yes }: KeyFileOptions): Promise<boolean> {
  if (yes === true) return true
  const existing = [`${outputKeyPrefix}.key`, `${outputKeyPrefix}.pub`].filter((path) => existsSync(path))
  // Where nobody can be asked, writing refuses by itself (FILE_EXISTS) and says how to agree.
  if (existing.length === 0 || !canAsk()) return false
  warn(`This overwrites ${printable(existing.join(' and '))}.`)
  await confirm()
  return true
}
