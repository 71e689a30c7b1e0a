import type { KeyObject } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { looksSecret, referenceHint, shownReference } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { keyBlocks, requireKeySize } from './blocks.ts'
import { cosignLabels } from './cosign-file.ts'
import { decryptPrivateKey } from './cosign.ts'
import { importPrivateKey } from './import.ts'
import { passwordMissing } from './password.ts'
import { parsePublicKey } from './public.ts'
import type { Secret } from './secret.ts'
import { localSigner, type Signer } from './signer.ts'
import { findKeyStore } from './store.ts'

/** What opening a key may need. */
export interface KeyOptions {
  /** Asked only when the key is encrypted. */
  readonly password?: (() => Promise<Secret>) | undefined
  /** The environment that `env://VARIABLE` reads. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The signer for a key reference: a path, `env://VARIABLE`, or the URI of a key store (`awskms://...`).
 * Files may be cosign's (encrypted) or PEM.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `KEY_PASSWORD`, `KEY_INVALID`, `KEY_UNSUPPORTED`,
 * `KEY_STORE_MISSING`, `INPUT_TOO_LARGE`, `USAGE`
 */
export async function loadSigner(reference: string, options: KeyOptions): Promise<Signer> {
  const store = await findKeyStore(requireReference(reference))
  if (store !== undefined) return store.openSigner(reference, options)
  return localSigner(await loadPrivateKey(reference, options))
}

/**
 * The private key in a file or a variable of the environment.
 * @throws SealwaxError as `loadSigner`
 */
export async function loadPrivateKey(reference: string, options: KeyOptions): Promise<KeyObject> {
  const pem = await readKeyFile(reference, options.env)
  const labels = keyBlocks(pem).map(({ label }) => label)
  if (!labels.some((label) => label.startsWith('ENCRYPTED '))) return importPrivateKey(pem)
  const password = await options.password?.()
  if (password === undefined) throw passwordMissing()
  const isCosign = labels.some((label) => cosignLabels.includes(label))
  return isCosign ? decryptPrivateKey(pem, password) : importPrivateKey(pem, password)
}

/**
 * The public key that a key reference names: a PEM or DER file, `env://VARIABLE`, or the URI of a key store.
 * @throws SealwaxError as `loadSigner`
 */
export async function loadPublicKey(reference: string, options: KeyOptions): Promise<KeyObject> {
  const store = await findKeyStore(requireReference(reference))
  if (store !== undefined) return store.openPublicKey(reference, options)
  return parsePublicKey(await readKeyBytes(reference, options.env))
}

/**
 * The text of a key file: from a path or `env://VARIABLE`.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `INPUT_TOO_LARGE`, `USAGE`
 */
export async function readKeyFile(reference: string, env: KeyOptions['env']): Promise<string> {
  return (await readKeyBytes(reference, env)).toString()
}

async function readKeyBytes(reference: string, env: KeyOptions['env']): Promise<Buffer> {
  const variable = /^env:\/\/(.*)$/s.exec(requireReference(reference))?.[1]
  if (variable === undefined) return readBounded(reference)
  const text = env[variable]
  if (text === undefined || text === '')
    throw new SealwaxError('FILE_NOT_FOUND', `the key ${shownReference(reference)} is not there`, {
      expected: `the key in the variable ${shownReference(variable)} of the environment`,
      found: text === undefined ? 'no such variable' : 'an empty variable',
      hint: looksSecret(variable) ? referenceHint : 'a task runner may have removed it (Turborepo: passThroughEnv)',
    })
  requireKeySize(text)
  return Buffer.from(text)
}

/** A key given where its place should be named would end in a message: it is refused without being repeated. */
function requireReference(reference: string): string {
  if (reference !== '' && !reference.includes('-----BEGIN') && !/[\n\r\0]/.test(reference)) return reference
  throw new SealwaxError('USAGE', 'a key is named by its place, not given as text', {
    expected: 'a path, env://VARIABLE, or the URI of a key store',
    found: reference === '' ? 'nothing' : 'a text of several lines, or a key',
    hint: 'put the key into a variable and name it: --key env://SIGNING_KEY',
  })
}

async function readBounded(path: string): Promise<Buffer> {
  let file: FileHandle | undefined
  try {
    file = await open(path)
    return await readUpTo(file, limits.key + 1)
  } catch (error) {
    throw unreadable(path, error)
  } finally {
    await file?.close()
  }
}

/** The size is not asked for first: a pipe has none. */
async function readUpTo(file: FileHandle, limit: number): Promise<Buffer> {
  const buffer = Buffer.alloc(limit)
  let size = 0
  while (size < limit) {
    const { bytesRead } = await file.read(buffer, size, limit - size, null)
    if (bytesRead === 0) break
    size += bytesRead
  }
  const bytes = buffer.subarray(0, size)
  requireKeySize(bytes)
  return bytes
}

function unreadable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SealwaxError || !('code' in error)) return error
  const isSecret = looksSecret(path)
  if (error.code === 'ENOENT')
    return new SealwaxError('FILE_NOT_FOUND', `the key file ${shownReference(path)} is not there`, {
      expected: 'a key file',
      found: 'nothing',
      hint: isSecret ? referenceHint : 'make a key pair with `sealwax generate-key-pair`, or check the path',
    })
  return new SealwaxError('FILE_UNREADABLE', `the key file ${shownReference(path)} cannot be read`, {
    expected: 'a readable file',
    found: String(error.code),
    // The system's error quotes the path.
    ...(isSecret ? { hint: referenceHint } : { cause: error }),
  })
}
