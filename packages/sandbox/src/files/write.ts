import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shellExports } from './shell.ts'

export interface SandboxFiles {
  readonly trustedRoot: string
  /** with Rekor v1 */
  readonly signingConfig: string
  readonly signingConfigRekor2: string
  /** the TUF repository's first root: what a client starts from */
  readonly tufRoot: string
  readonly env: string
  readonly envPowershell: string
}

const NOTE =
  '# sealwax sandbox - not for production: what is signed here is believed by nobody who does not read these files\n'

/** Where the files will be, in an absolute directory. */
export function namePlaces(directory: string): SandboxFiles {
  const at = (name: string): string => join(directory, name)
  return {
    trustedRoot: at('trusted_root.json'),
    signingConfig: at('signing_config.json'),
    signingConfigRekor2: at('signing_config.rekor2.json'),
    tufRoot: at('tuf_root.json'),
    env: at('env.sh'),
    envPowershell: at('env.ps1'),
  }
}

/** What a sandbox and the command that runs it (`sandbox.*`) leave in a folder. */
const OWN =
  /^(\.gitignore|trusted_root\.json|signing_config(\.rekor2)?\.json|tuf_root\.json|env\.sh|env\.ps1|sandbox\..+)$/

/**
 * Makes the folder, unless it is there. One that is the sandbox's alone is hidden from git, for it will hold a token; a folder with
 * other files in it keeps its own rules.
 */
export async function makeFolder(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const names = await readdir(directory)
  if (names.includes('.gitignore') || !names.every((name) => OWN.test(name))) return
  await writeFile(join(directory, '.gitignore'), '*\n')
}

/** What stands in the files that anyone may read. */
export type Documents = Readonly<Record<Exclude<keyof SandboxFiles, 'env' | 'envPowershell'>, string | Buffer>>

export async function writeFiles(
  files: SandboxFiles,
  documents: Documents,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(documents) as (keyof Documents)[]
  await Promise.all([
    ...names.map((name) => place(files[name], documents[name], 0o644)),
    // The token inside is a secret, if a small one.
    place(files.env, NOTE + shellExports(environment, 'sh'), 0o600),
    // Without the byte order mark, Windows PowerShell 5 reads names outside ASCII in the system's code page.
    place(files.envPowershell, '\ufeff' + NOTE + shellExports(environment, 'powershell'), 0o600),
  ])
}

/** Whole or not at all: written beside and renamed. */
async function place(path: string, text: string | Buffer, mode: number): Promise<void> {
  const beside = `${path}.${randomUUID()}`
  try {
    await writeFile(beside, text, { mode, flag: 'wx' })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
