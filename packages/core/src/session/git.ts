import { execFile } from 'node:child_process'
import type { GitFacts } from '../statement/signing.ts'

/** Milliseconds that git may take; without an answer the statement goes without. */
const PATIENCE = 5_000

/**
 * What git says of the repository around a folder; `undefined` where there is no git, no repository or no answer in time.
 * `wantRemote`: also the address of the remote, which a CI system tells better. Starting a process is what costs here.
 */
export async function readGit(directory: string, wantRemote: boolean): Promise<GitFacts | undefined> {
  const [status, remote] = await Promise.all([
    ask(directory, ['status', '--porcelain=v2', '--branch', '--untracked-files=no']),
    wantRemote ? ask(directory, ['config', '--get', 'remote.origin.url']) : undefined,
  ])
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(status ?? '')?.[1]
  if (status === undefined || commit === undefined) return undefined
  return { commit, remote: remote?.trim(), modified: /^[^#]/m.test(status) }
}

function ask(directory: string, question: readonly string[]): Promise<string | undefined> {
  // A file system monitor is a program named by the repository; reading facts must not start one, nor wait for a prompt or a lock.
  const args = ['-c', 'core.fsmonitor=false', '-C', directory, ...question]
  // Hooks of git set the first three, and then they name the repository whose hook runs, whatever `-C` says.
  const elsewhere = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined }
  const env = { ...process.env, ...elsewhere, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }
  const options = { env, timeout: PATIENCE, maxBuffer: 16 * 1024 * 1024, windowsHide: true }
  return new Promise((resolve) => {
    execFile('git', args, options, (error, stdout) => resolve(error === null ? stdout : undefined))
  })
}
