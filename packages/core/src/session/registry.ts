import { createSession, type Session } from './session.ts'
import type { BuildOptions, BuildSession, Log } from './types.ts'

interface Registry {
  readonly sessions: Map<string, Session>
  guarded: boolean
}

// Bundlers load a plugin once per environment or configuration, and a package manager may install it twice: what they all
// share is the process.
const KEY = Symbol.for('@sealwax/core/sessions')
const shared = globalThis as { [KEY]?: Registry }
const registry: Registry = (shared[KEY] ??= { sessions: new Map(), guarded: false })

/**
 * The session of this process for `home`, the folder that a bundler builds from: the same one for every plugin instance that
 * asks. Relative `roots` begin there, and its repository is the source that the statement names. Options and log of a later
 * call take effect for the next build.
 * @throws SealwaxError `USAGE`
 */
export function openSession(home: string, options: BuildOptions, log: Log): BuildSession {
  const known = registry.sessions.get(home)
  if (known !== undefined) {
    known.adopt(options, log)
    return known
  }
  const session = createSession(home, options, log, guardExit)
  registry.sessions.set(home, session)
  return session
}

/**
 * Sets the exit guard, once per process: the last look at what was signed, when every plugin and hook has run. It is
 * synchronous, and a listener of `exit` keeps no process alive.
 */
function guardExit(): void {
  if (registry.guarded) return
  registry.guarded = true
  process.on('exit', (code) => {
    const sound = [...registry.sessions.values()].map((session) => session.inspect(code)).every(Boolean)
    if (!sound && code === 0) process.exitCode = 1
  })
}
