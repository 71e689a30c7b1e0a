import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Hidden, readChoice } from './choice.ts'
import type { TrustDocuments } from './index.ts'
import { cacheFolder, type Variables } from './place.ts'
import { cacheName, repositories, type Repository } from './repository.ts'

/** Where to look, and whom to tell. */
export interface Search {
  readonly staging: boolean
  readonly env: Variables
  readonly caFile?: string | undefined
  readonly warn: (line: string) => void
}

const staging: Repository = { mirror: repositories.staging, anchor: 'staging' }

/**
 * The documents of the repository that counts; `undefined` is the public Sigstore as this package carries it.
 * @throws SealwaxError `TRUST_INVALID`
 */
export async function findDocuments(search: Search): Promise<TrustDocuments | Hidden | undefined> {
  const folder = cacheFolder(search.env)
  if (search.staging) {
    const isCached = folder !== undefined && existsSync(join(folder, cacheName(staging)))
    if (!isCached) return (await import('./embedded.ts')).embeddedDocuments('staging')
    return (await import('./load.ts')).loadDocuments(staging, folder, search)
  }
  const chosen = folder === undefined ? undefined : readChoice(folder, Boolean(search.env['SEALWAX_CACHE']))
  if (folder === undefined || chosen === undefined) return undefined
  if ('hidden' in chosen) return chosen
  return (await import('./load.ts')).loadDocuments(chosen, folder, search)
}
