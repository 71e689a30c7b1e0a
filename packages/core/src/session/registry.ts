import { createSession, type Session } from './session.ts'
import { readSettings, type Settings } from './settings.ts'
import { newSignatures, type Signatures } from './signatures.ts'
import type { BuildOptions, BuildSession, Log } from './types.ts'

interface Registry {
  readonly sessions: Map<string, Session>
  readonly signatures: Signatures
  guarded: boolean
}

// Bundlers load a plugin once per environment or configuration, and a package manager may install it twice: what they all
// share is the process.
const KEY = Symbol.for('@sealwax/core/sessions')
const shared = globalThis as { [KEY]?: Registry }
const registry: Registry = (shared[KEY] ??= { sessions: new Map(), signatures: newSignatures(), guarded: false })

/**
 * The part that a plugin instance has in a session of this process. `home` is the folder that a bundler builds from: relative
 * `roots` begin there, and its repository is the source that the statement names. Builds of one home share a signature where
 * all their settings are the same; where one differs, each build is signed, or not, as its own settings say.
 * @throws SealwaxError `USAGE`
 */
export function openSession(home: string, options: BuildOptions, log: Log): BuildSession {
  const settings = readSettings(options, { home, required: 'auto' })
  if (settings.mode === 'off') return idle
  const key = keyOf(home, settings)
  const session = registry.sessions.get(key) ?? createSession(home, settings, registry.signatures, guardExit)
  registry.sessions.set(key, session)
  return session.join({ log, onSigned: options.onSigned })
}

/** The mode `off`: nothing is looked at, and nothing is touched. */
const idle: BuildSession = {
  start: () => undefined,
  begin: () => undefined,
  wrote: () => undefined,
  fail: () => undefined,
  finish: async () => undefined,
  reset: () => undefined,
}

/** The same for the same settings. The process's own environment counts as one: what it decides is in the other settings. */
function keyOf(home: string, { env, ...settings }: Settings): string {
  const given = env === process.env ? [] : [Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))]
  return JSON.stringify([home, settings, ...given])
}

/**
 * Sets the exit guard, once per process: the last look at what was signed, when every plugin and hook has run. It is
 * synchronous, and a listener of `exit` keeps no process alive.
 */
function guardExit(): void {
  if (registry.guarded) return
  registry.guarded = true
  process.on('exit', (code) => {
    const isSound = registry.signatures.inspect(code)
    if (code !== 0) return
    const areEnded = [...registry.sessions.values()].map((session) => session.inspect()).every(Boolean)
    if (!isSound || !areEnded) process.exitCode = 1
  })
}
