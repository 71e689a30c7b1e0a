// Runs once, around everything: one folder for all that the tests write, and word of the peers that are not there.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { missing, peers, trillian } from '../src/peers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where workbenches are. */
    readonly folder: string
  }
}

export default function setup({ provide }: TestProject): () => void {
  announce(missing(trillian, ...peers.map(({ name }) => name)))
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealwax-interop-')))
  provide('folder', folder)
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function announce(absent: readonly string[]): void {
  if (absent.length === 0) return
  const message = `Not installed: ${absent.join(', ')}. "node src/install.ts" in packages/interop builds them with Go.`
  if (process.env['CI']) throw new Error(message)
  console.warn(`${message}\nThe tests that need them are skipped.`)
}
