// The real Fulcio, CT log, Rekor v1, Rekor v2 and timestamp authority on 127.0.0.1, without containers or a database.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Issuers } from './configuration.ts'
import { Daemons } from './daemon.ts'
import { startFront } from './front.ts'
import { makeKeys } from './pki.ts'
import { startServices, type Urls } from './services.ts'
import { type Files, writeTrust } from './trust.ts'

export interface RealSigstore extends Files {
  readonly urls: Urls
  close(): Promise<void>
}

/** Names of the programs that {@link startRealSigstore} needs. */
export const parts = [
  'cosign',
  'fulcio',
  'ct_server',
  'trillian-mem',
  'createtree',
  'rekor-server',
  'rekor-tiles',
  'timestamp-server',
]

/** Starts them all, with keys, logs and data of their own below `directory`. */
export async function startRealSigstore(directory: string, issuers: Issuers): Promise<RealSigstore> {
  mkdirSync(directory, { recursive: true })
  makeKeys(directory)
  const daemons = new Daemons()
  try {
    const services = await startServices(directory, issuers, daemons)
    const front = await startFront(services.rekor2, join(directory, 'rekor2'))
    const urls = { ...services, rekor2: front.url }
    const close = async (): Promise<void> => {
      await front.close()
      await daemons.stop()
    }
    return { urls, ...writeTrust(directory, urls), close }
  } catch (error) {
    await daemons.stop()
    throw error
  }
}
