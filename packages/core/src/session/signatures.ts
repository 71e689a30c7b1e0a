import { isInside } from './settings.ts'
import type { Log } from './types.ts'
import type { SignedTree } from './watch.ts'

/** The signatures that this process made and that stand, whichever of its sessions made them: folders are shared by all. */
export interface Signatures {
  /** `log`: where it is said when one does not hold to the end. */
  add(trees: readonly SignedTree[], log: Log): void
  /** Takes away those of a folder that is being written to, and those below it: they are out of date. */
  withdraw(folder: string): void
  /** Whether one speaks for this folder, or for one that it lies in. */
  cover(folder: string): boolean
  /** The exit guard's question: says what is wrong and returns `false`, or `true` when the process may end like this. */
  inspect(exitCode: number): boolean
}

/** None yet. */
export function newSignatures(): Signatures {
  let standing: { readonly tree: SignedTree; readonly log: Log }[] = []
  return {
    add: (trees, log) => void standing.push(...trees.map((tree) => ({ tree, log }))),
    withdraw(folder) {
      const isOld = (directory: string): boolean => directory === folder || isInside(directory, folder)
      for (const { tree } of standing) if (isOld(tree.directory)) tree.remove()
      standing = standing.filter(({ tree }) => !isOld(tree.directory))
    },
    cover: (folder) => standing.some(({ tree }) => tree.directory === folder || isInside(folder, tree.directory)),
    inspect(exitCode) {
      if (exitCode === 0) return standing.map(({ tree, log }) => tree.check(log)).every(Boolean)
      // A build whose process failed after signing is not one to be trusted.
      for (const { tree, log } of standing) {
        tree.remove()
        log.warn(`the process ended with exit code ${exitCode}: removed the signature of ${tree.directory}`)
      }
      return true
    },
  }
}
