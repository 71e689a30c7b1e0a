import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signingConfig, trustedRoot, type Deployment } from './documents.ts'
import { shellExports } from './shell.ts'

export interface SandboxFiles {
  readonly trustedRoot: string
  readonly signingConfig: string
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
    env: at('env.sh'),
    envPowershell: at('env.ps1'),
  }
}

/** What a sandbox and the command that runs it (`sandbox.*`) leave in a folder. */
const OWN = /^(\.gitignore|trusted_root\.json|signing_config\.json|env\.sh|env\.ps1|sandbox\..+)$/

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

export async function writeFiles(
  files: SandboxFiles,
  deployment: Deployment,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await Promise.all([
    place(files.trustedRoot, JSON.stringify(trustedRoot(deployment), undefined, 2) + '\n', 0o644),
    place(files.signingConfig, JSON.stringify(signingConfig(deployment), undefined, 2) + '\n', 0o644),
    // The token inside is a secret, if a small one.
    place(files.env, NOTE + shellExports(environment, 'sh'), 0o600),
    // Without the byte order mark, Windows PowerShell 5 reads names outside ASCII in the system's code page.
    place(files.envPowershell, '\ufeff' + NOTE + shellExports(environment, 'powershell'), 0o600),
  ])
}

/** Whole or not at all: written beside and renamed. */
async function place(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.${randomUUID()}`
  try {
    await writeFile(beside, text, { mode, flag: 'wx' })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
