import { isAbsolute, join, resolve } from 'node:path'

/** Environment variables. */
export type Variables = Readonly<Record<string, string | undefined>>

/**
 * The folder of the TUF cache: below `SEALWAX_CACHE`, else below the system's folder for caches. `undefined` when the
 * environment names none, as in a container without `HOME`: then nothing is kept. Never a shared temporary folder, where
 * somebody else could say whom to trust.
 */
export function cacheFolder(env: Variables, platform: NodeJS.Platform = process.platform): string | undefined {
  const own = env['SEALWAX_CACHE']
  if (own) return resolve(own, 'tuf')
  const base = systemCache(env, platform)
  return base === undefined ? undefined : join(base, 'sealwax', 'tuf')
}

function systemCache(env: Variables, platform: NodeJS.Platform): string | undefined {
  // A relative one is to be ignored (XDG Base Directory Specification 0.8), else each folder would have its own trust.
  const absolute = (path: string | undefined): path is string => path !== undefined && isAbsolute(path)
  const named = [env['XDG_CACHE_HOME'], platform === 'win32' ? env['LOCALAPPDATA'] : undefined].find(absolute)
  if (named !== undefined) return named
  const home = [env['HOME'], platform === 'win32' ? env['USERPROFILE'] : undefined].find(absolute)
  if (home === undefined) return undefined
  if (platform === 'win32') return join(home, 'AppData', 'Local')
  return platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache')
}
