import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Build, type Guest, newBuild, outputs, silent, tell } from './build.ts'
import { BUILD_DEADLINE, newPatience, type Patience } from './patience.ts'
import type { Prepared } from './prepare.ts'
import { isInside, meansToSign, type Settings } from './settings.ts'
import type { Signatures } from './signatures.ts'
import { removeOurs } from './stale.ts'
import type { BuildReport, BuildSession, Log } from './types.ts'

/** What all builds of one home with the same settings share: their outputs, one signature, one certificate. */
export interface Session {
  /** The part of one plugin instance. */
  join(guest: Guest): BuildSession
  /** The exit guard's question: says what was left unsigned and returns `false`, or `true` when the process may end like this. */
  inspect(): boolean
}

/** A session: the state machine between a host's hooks and the signature at the end. `guard` sets the exit guard. */
export function createSession(home: string, settings: Settings, signatures: Signatures, guard: () => void): Session {
  return new BuildMachine(home, settings, signatures, guard)
}

class BuildMachine implements Session {
  readonly #home: string
  readonly #settings: Settings
  readonly #signatures: Signatures
  readonly #guard: () => void
  readonly #patience: Patience = newPatience(() => this.#log)
  #log: Log = silent
  #build: Build = newBuild('idle')
  #prepared: Promise<Prepared> | undefined
  #finishing: Promise<BuildReport | undefined> | undefined
  /** Folders that were signed here: whatever is written into one later is part of it, and the whole is signed again. */
  readonly #wholes = new Set<string>()
  /** Folders that were written and should be signed. */
  readonly #wanted = new Set<string>()

  constructor(home: string, settings: Settings, signatures: Signatures, guard: () => void) {
    this.#home = home
    this.#settings = settings
    this.#signatures = signatures
    this.#guard = guard
  }

  join(guest: Guest): BuildSession {
    return {
      start: (folder) => this.#start(guest, folder),
      begin: (folder) => this.#begin(guest, folder),
      wrote: (folder) => this.#wrote(guest, folder),
      fail: () => this.#fail(),
      finish: () => this.#finish(),
      reset: () => this.#reset(),
    }
  }

  inspect(): boolean {
    const { phase, pending, written } = this.#build
    const isCut = this.#finishing !== undefined
    if (!isCut && (phase !== 'going' || written === 0 || !meansToSign(this.#settings))) return this.#isComplete()
    const rest = pending === 0 ? '' : `, ${pending} never got there`
    if (isCut) this.#log.error('NOT SIGNED: the process ended while the build was being signed')
    else this.#log.error(`NOT SIGNED: ${outputs(written)} written${rest}, and the build did not come to its end`)
    this.#log.error(
      'a plugin may have failed in its last hook, or a script may not have closed its build (`await bundle.close()`); `npx @sealwax/cli sign-build` signs what is on disk',
    )
    return this.#settings.required === false
  }

  #start(guest: Guest, folder: string | undefined): void {
    const isNew = this.#build.phase === 'idle' || this.#build.phase === 'over'
    if (isNew) this.#build = newBuild('going')
    this.#enter(guest, folder)
    this.#build.started++
    if (!isNew) return
    for (const root of this.#settings.roots ?? []) this.#forget(root)
    if (!meansToSign(this.#settings)) return
    // Not that of an earlier build which failed: git, the key and the token are looked at anew.
    this.#prepared = this.#prepareLater()
    // Whatever is wrong is said at the end, where it can fail the build; until then nobody listens.
    this.#prepared.then(warm).catch(() => undefined)
  }

  #begin(guest: Guest, folder: string | undefined): void {
    this.#enter(guest, folder)
    if (this.#build.phase === 'over') return
    this.#count()
    this.#build.pending++
  }

  #wrote(guest: Guest, folder: string): void {
    const build = this.#build
    const whole = this.#wholeOf(folder)
    const roots = build.directories.size === 0 ? (this.#settings.roots ?? []) : []
    for (const root of [whole, ...roots]) if (!build.directories.has(root)) this.#forget(root)
    this.#enter(guest, undefined)
    this.#count()
    for (const root of this.#settings.roots ?? [whole]) this.#wanted.add(root)
    if (build.phase === 'over') {
      if (build.started > 1) build.late++
      return
    }
    build.pending = Math.max(0, build.pending - 1)
    build.written++
    build.targets.add(resolve(folder))
    build.directories.add(whole)
  }

  #fail(): void {
    if (this.#build.phase !== 'over') this.#build.phase = 'failed'
  }

  async #finish(): Promise<BuildReport | undefined> {
    const { phase, pending, written, guests } = this.#build
    if (phase === 'failed' || phase === 'over') {
      this.#leave()
      return undefined
    }
    const isReady = phase === 'going' && pending === 0 && written > 0
    if (this.#finishing === undefined) return isReady ? this.#seal(guests) : undefined
    if (!isReady) return this.#finishing
    // What was written since belongs to another build beside that one: it has a signature of its own, when its turn comes.
    await this.#finishing.catch(() => undefined)
    return this.#finish()
  }

  /** Over before anyone is told: who hears of it may build again, or end the process. */
  #seal(guests: ReadonlySet<Guest>): Promise<BuildReport | undefined> {
    const signing = this.#sign().finally(() => (this.#finishing = undefined))
    this.#finishing = signing.then((report) => tell(guests, report))
    return this.#finishing
  }

  #reset(): void {
    this.#giveUp()
    this.#build = newBuild('idle')
  }

  /** Where a signature is required, a failure that somebody caught must not let files go out without a word. */
  #isComplete(): boolean {
    const left = [...this.#wanted].filter((folder) => existsSync(folder) && !this.#signatures.cover(folder))
    if (this.#settings.required !== true || left.length === 0) return true
    this.#log.error(`NOT SIGNED: ${left.join(', ')}: a signature is required, and a build that writes there failed`)
    return false
  }

  /** The end of a build that failed, and of those that were going on beside it. */
  #leave(): void {
    const { phase, started, written, late } = this.#build
    this.#giveUp()
    this.#build = { ...newBuild('over'), started }
    if (!meansToSign(this.#settings)) return
    if (phase === 'failed' && written > 0) this.#log.info('not signed: the build failed')
    if (late > 0) this.#log.warn(`not signed: ${outputs(late)} written after another build of the same project failed`)
  }

  /** What a build that failed was to fill is no whole: another one's signature must not speak for what it left there. */
  #giveUp(): void {
    for (const target of this.#build.targets)
      for (const whole of this.#wholes) if (whole === target || isInside(whole, target)) this.#wholes.delete(whole)
  }

  #enter(guest: Guest, folder: string | undefined): void {
    if (this.#build.guests.size === 0) this.#log = guest.log
    this.#build.guests.add(guest)
    if (folder === undefined) return
    this.#build.targets.add(resolve(folder))
    this.#forget(this.#wholeOf(folder))
  }

  #wholeOf(folder: string): string {
    const directory = resolve(folder)
    return [...this.#wholes].filter((whole) => isInside(directory, whole)).sort(byLength)[0] ?? directory
  }

  /** Signatures in a folder that is being written to are out of date: those on the disk, and those that the guard watches. */
  #forget(root: string): void {
    this.#signatures.withdraw(root)
    removeOurs(root, this.#settings.bundle)
  }

  /** This build has outputs of interest: the first one sets the exit guard. */
  #count(): void {
    if (this.#build.phase === 'idle') this.#build.phase = 'going'
    this.#guard()
  }

  async #sign(): Promise<BuildReport | undefined> {
    const written = [...this.#build.directories]
    const prepared = this.#prepared
    const log = this.#log
    this.#build = newBuild('idle')
    this.#prepared = undefined
    const { signForSession } = await import('./sign.ts')
    const result = await signForSession(written, this.#settings, log, () => prepared ?? this.#prepare()).finally(() =>
      this.#patience.end(),
    )
    if (result === undefined) return undefined
    this.#signatures.add(result.trees, log)
    for (const { directory } of result.trees) this.#wholes.add(directory)
    return result.report
  }

  /** Not at once: loading what signs takes a while, and a bundler that works in threads of its own may as well begin. */
  async #prepareLater(): Promise<Prepared> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.#prepare()
  }

  async #prepare(): Promise<Prepared> {
    const { prepare } = await import('./prepare.ts')
    return prepare(this.#settings, this.#home, { deadline: BUILD_DEADLINE, onStep: this.#patience.onStep })
  }
}

function byLength(a: string, b: string): number {
  return a.length - b.length
}

/** While the bundler works, what the end will need: open connections, and the code. */
async function warm(prepared: Prepared): Promise<void> {
  prepared.warm()
  await import('./sign.ts')
}
