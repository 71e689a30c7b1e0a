// Runs once, around everything: one folder for all that the tests write, the real services where they are installed, and word
// of the peers that are not.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startIssuer } from '../src/issuer.ts'
import { judge, missing, peers, python, trillian } from '../src/peers.ts'
import { parts, type RealSigstore, startRealSigstore } from '../src/real-sigstore.ts'
import { type First, putFirstEntries } from './first.ts'

/** The running services, as far as another process can be told of them. */
export interface Services extends Omit<RealSigstore, 'close'> {
  readonly close: undefined
  readonly issuer: { readonly origin: string; readonly key: string }
  readonly first: First
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Where workbenches are. */
    readonly folder: string
    /** `undefined` where a part of them is not installed. */
    readonly services: Services | undefined
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  announce(missing(trillian, judge, python, ...peers.map(({ name }) => name)))
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sealwax-interop-')))
  provide('folder', folder)
  const closing = [async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })]
  const close = async (): Promise<void> => {
    for (const step of closing) await step()
  }
  if (missing(...parts).length > 0) {
    provide('services', undefined)
    return close
  }
  try {
    const issuer = await startIssuer()
    closing.unshift(() => issuer.close())
    const urls = { email: issuer.url('email'), github: issuer.url('github') }
    const real = await startRealSigstore(join(folder, 'real'), urls)
    closing.unshift(() => real.close())
    const first = await putFirstEntries(folder, real, issuer)
    // Functions do not reach the other processes.
    provide('services', { ...real, close: undefined, first, issuer: { origin: issuer.origin, key: issuer.key } })
    return close
  } catch (error) {
    await close()
    throw error
  }
}

function announce(absent: readonly string[]): void {
  if (absent.length === 0) return
  const message = `Not installed: ${absent.join(', ')}. "node src/install.ts" in packages/interop installs them.`
  if (process.env['CI']) throw new Error(message)
  console.warn(`${message}\nThe tests that need them are skipped.`)
}
