import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeTogether } from '../subject/index.ts'
import type { Plan } from './plan.ts'
import { SUMS_NAME } from './stale.ts'
import { type SignedTree, watchTree } from './watch.ts'

/** A plan with the file that speaks for it: the bundle, or the unsigned statement. */
export interface Letter {
  readonly plan: Plan
  readonly name: string
  readonly text: string | Uint8Array
}

/**
 * Writes what speaks for each folder: all of them or none, and in each folder that file last, when all it speaks of is there.
 * @throws SealwaxError `FILE_UNWRITABLE`
 */
export function storeLetters(letters: readonly Letter[]): SignedTree[] {
  const done: SignedTree[] = []
  try {
    for (const letter of letters) done.push(storeLetter(letter))
  } catch (error) {
    for (const tree of done) tree.remove()
    throw error
  }
  return done
}

function storeLetter({ plan: { tree, sums, stale }, name, text }: Letter): SignedTree {
  const place = (file: string): string => join(tree.directory, file)
  const list = sums === undefined ? [] : [{ path: place(SUMS_NAME), bytes: sums }]
  writeTogether([...list, { path: place(name), bytes: text }])
  const written = sums === undefined ? [name] : [SUMS_NAME, name]
  for (const old of stale) if (!written.includes(old)) rmSync(place(old), { force: true })
  return watchTree(tree, written)
}
