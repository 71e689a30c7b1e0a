import { lstat, rm } from 'node:fs/promises'
import { SealwaxError } from '../errors.ts'
import { writeAtomically } from '../subject/index.ts'

/** A key pair as text, both PEM. */
export interface KeyPair {
  /** cosign's encrypted key file. */
  readonly privatePem: string
  readonly publicPem: string
}

/**
 * Writes `<prefix>.key` (mode 0600) and `<prefix>.pub` (0644) and returns their paths. Each file appears whole or not at
 * all. Existing files are only replaced with `overwrite: true`: a lost private key cannot be made again.
 * @throws SealwaxError `FILE_EXISTS`, `FILE_UNWRITABLE`
 */
export async function writeKeyPair(
  prefix: string,
  pair: KeyPair,
  { overwrite = false }: { readonly overwrite?: boolean } = {},
): Promise<{ readonly privatePath: string; readonly publicPath: string }> {
  const privatePath = `${prefix}.key`
  const publicPath = `${prefix}.pub`
  if (!overwrite) for (const path of [privatePath, publicPath]) await requireAbsent(path)
  writeAtomically(privatePath, Buffer.from(pair.privatePem), { mode: 0o600, overwrite, flush: true })
  try {
    writeAtomically(publicPath, Buffer.from(pair.publicPem), { mode: 0o644, overwrite, flush: true })
  } catch (error) {
    // Half a pair would stand in the way of the next try. What was replaced by consent cannot come back, so it stays.
    if (!overwrite) await rm(privatePath, { force: true })
    throw error
  }
  return { privatePath, publicPath }
}

async function requireAbsent(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  throw new SealwaxError('FILE_EXISTS', `${path} exists already`, {
    expected: 'a new file',
    found: found.isDirectory() ? 'a directory' : `a file of ${found.size} bytes`,
    hint: 'choose another --output-key-prefix, or agree to overwrite it with --yes',
  })
}
