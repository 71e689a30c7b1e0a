import { hash } from 'node:crypto'
import { SealwaxError } from '../../errors.ts'

/** The TUF repositories whose roots this package carries. */
export const repositories = {
  public: 'https://tuf-repo-cdn.sigstore.dev',
  staging: 'https://tuf-repo-cdn.sigstage.dev',
} as const

/** One of the roots that this package carries, by name. */
export type KnownRoot = keyof typeof repositories

/** The root that a chain of metadata begins with: a known one, or the text of somebody's own `root.json`. */
export type Anchor = KnownRoot | { readonly root: string }

/** A TUF repository, or a copy of one, and whose signatures are believed in it. */
export interface Repository {
  /** Without a slash at the end. */
  readonly mirror: string
  readonly anchor: Anchor
}

/**
 * The address of a repository in its one form.
 * @throws SealwaxError `USAGE`
 */
export function mirrorAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (url && isPlain && /^(https?|file):$/.test(url.protocol)) return url.href.replace(/\/+$/, '')
  throw new SealwaxError('USAGE', 'the mirror is no address of a TUF repository', {
    expected: 'an https, http or file URL without user, password, query and fragment',
    found: url ? `${url.protocol}//${url.host}${url.pathname}` : 'no URL',
  })
}

/** The root's text that the chain of `anchor` begins with. */
export async function anchorText(anchor: Anchor): Promise<string> {
  if (typeof anchor === 'object') return anchor.root
  const { root } = anchor === 'public' ? await import('../public/tuf.ts') : await import('../staging/tuf.ts')
  return root
}

/** The cache file's name: the host, to be recognised, and a digest of all that makes the repository this one. */
export function cacheName({ mirror, anchor }: Repository): string {
  // Not the digest of a known root: a newer version of this package carries a newer one, and goes on with the same cache.
  const whose = typeof anchor === 'string' ? anchor : hash('sha256', anchor.root)
  const host = new URL(mirror).hostname.replace(/[^a-z0-9.-]/gi, '-') || 'file'
  return `${host.slice(0, 80)}-${hash('sha256', `${mirror}\n${whose}`).slice(0, 16)}.json`
}
