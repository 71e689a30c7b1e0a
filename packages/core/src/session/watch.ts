import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isSealwaxError } from '../errors.ts'
import { hashFile, listFiles, type Measured, measureFile, stampOf } from '../subject/index.ts'
import { fileRule } from './rule.ts'
import { removeOurs } from './stale.ts'
import type { MeasuredTree } from './tree.ts'
import type { Log } from './types.ts'

/** A folder that this process signed, as the exit guard sees it. */
export interface SignedTree {
  readonly directory: string
  /** Takes the signature away again. Never throws. */
  remove(): void
  /** Says which files are not as they were signed. Never throws. @returns whether all of them are */
  check(log: Log): boolean
}

/** Names shown of a long list. */
const SHOWN = 8

/** Watches over a folder that was just signed; `written` are the names of our own files in it. */
export function watchTree(tree: MeasuredTree, written: readonly string[]): SignedTree {
  const { directory } = tree
  const own = new Map(written.map((name) => [name, measureFile(join(directory, name))]))
  return {
    directory,
    remove() {
      removeOurs(directory, tree.rule.bundle)
      // What somebody put there since, under a name of ours, stays.
      for (const [name, before] of own) removeUnchanged(join(directory, name), before)
    },
    check(log) {
      const names = changesOf(tree, own)
      if (names.length === 0) return true
      const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
      log.error(`${directory} was changed after it was signed: ${names.slice(0, SHOWN).join(' ')}${more}`)
      log.error(
        'sign after the last plugin that writes, or run `npx @sealwax/cli sign-build` when everything is written',
      )
      return false
    },
  }
}

/** The names of what differs, each with '+' (added), '~' (changed) or '-' (removed) before it. */
function changesOf({ directory, rule, files }: MeasuredTree, own: ReadonlyMap<string, Measured>): string[] {
  if (!existsSync(directory)) return ['-./']
  try {
    const before = new Map([...files, ...own])
    const now = new Map(listFiles(directory, fileRule(rule, [])).files.map(({ name, path }) => [name, path]))
    for (const name of own.keys()) if (existsSync(join(directory, name))) now.set(name, join(directory, name))
    const added = [...now.keys()].filter((name) => !before.has(name)).map((name) => `+${name}`)
    const removed = [...before.keys()].filter((name) => !now.has(name)).map((name) => `-${name}`)
    const changed = [...now].filter(([name, path]) => isChanged(path, before.get(name))).map(([name]) => `~${name}`)
    return [...changed, ...added, ...removed]
  } catch (error) {
    return [isSealwaxError(error) ? error.message : String(error)]
  }
}

// A touched file with the same bytes is no change: only those whose stamp differs are read again.
function isChanged(path: string, before: Measured | undefined): boolean {
  return before !== undefined && stampOf(path) !== before.stamp && hashFile(path) !== before.digest
}

function removeUnchanged(path: string, before: Measured): void {
  try {
    if (existsSync(path) && !isChanged(path, before)) rmSync(path, { force: true })
  } catch {
    // Held open by another program (Windows). The process is failing anyway, and says so.
  }
}
