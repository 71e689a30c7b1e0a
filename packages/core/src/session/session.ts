import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { BUILD_DEADLINE, newPatience, type Patience } from './patience.ts'
import type { Prepared } from './prepare.ts'
import { isInside, meansToSign, readSettings, type Settings } from './settings.ts'
import { removeOurs } from './stale.ts'
import type { BuildOptions, BuildReport, BuildSession, Log } from './types.ts'
import type { SignedTree } from './watch.ts'

/** A session, with what its process-wide surroundings need. */
export interface Session extends BuildSession {
  /** Takes up options and log for the next build; without effect while one is going on. */
  adopt(options: BuildOptions, log: Log): void
  /** The exit guard's question: says what is wrong and returns `false`, or `true` when the process may end like this. */
  inspect(exitCode: number): boolean
}

/** A build. `over`: it failed and was closed; hosts go on calling hooks then, which must not look like a new build. */
interface Build {
  phase: 'idle' | 'going' | 'failed' | 'over'
  /** How many began and are not told apart: environments of one build, and builds that a script runs side by side. */
  started: number
  pending: number
  written: number
  /** Outputs that came when it was over, of another build beside it. */
  late: number
  readonly directories: Set<string>
}

/** A session: the state machine between a host's hooks and the signature at the end. `guard` sets the exit guard. */
export function createSession(home: string, options: BuildOptions, log: Log, guard: () => void): Session {
  return new BuildMachine(home, options, log, guard)
}

class BuildMachine implements Session {
  readonly #home: string
  readonly #guard: () => void
  #options: BuildOptions
  #log: Log
  #settings: Settings
  #build: Build = newBuild('idle')
  #patience: Patience
  #prepared: Promise<Prepared> | undefined
  #finishing: Promise<BuildReport | undefined> | undefined
  #signed: SignedTree[] = []
  /** The folders that were written and should be signed, until they are. */
  readonly #unsigned = new Set<string>()

  constructor(home: string, options: BuildOptions, log: Log, guard: () => void) {
    this.#home = home
    this.#guard = guard
    this.#options = options
    this.#log = log
    this.#settings = this.#read(options)
    this.#patience = newPatience(() => this.#log)
  }

  adopt(options: BuildOptions, log: Log): void {
    const settings = this.#read(options)
    if (this.#build.phase === 'going' || this.#build.phase === 'failed' || this.#finishing !== undefined) return
    this.#settings = settings
    this.#options = options
    this.#log = log
    this.#prepared = undefined
  }

  start(folder?: string): void {
    if (this.#settings.mode === 'off') return
    if (folder !== undefined) this.#forget(this.#wholeOf(folder))
    const isNew = this.#build.phase === 'idle' || this.#build.phase === 'over'
    if (isNew) this.#build = newBuild('going')
    this.#build.started++
    if (!isNew) return
    for (const root of this.#settings.roots ?? []) this.#forget(root)
    if (!meansToSign(this.#settings)) return
    this.#prepared ??= this.#prepareLater()
    // Whatever is wrong is said at the end, where it can fail the build; until then nobody listens.
    this.#prepared.then(warm).catch(() => undefined)
  }

  begin(folder?: string): void {
    if (this.#settings.mode === 'off') return
    if (folder !== undefined) this.#forget(this.#wholeOf(folder))
    if (this.#build.phase === 'over') return
    this.#count()
    this.#build.pending++
  }

  wrote(folder: string): void {
    if (this.#settings.mode === 'off') return
    const build = this.#build
    const whole = this.#wholeOf(folder)
    const roots = build.directories.size === 0 ? (this.#settings.roots ?? []) : []
    for (const root of [whole, ...roots]) if (!build.directories.has(root)) this.#forget(root)
    this.#count()
    for (const root of this.#settings.roots ?? [whole]) this.#unsigned.add(root)
    if (build.phase === 'over') {
      if (build.started > 1) build.late++
      return
    }
    build.pending = Math.max(0, build.pending - 1)
    build.written++
    build.directories.add(whole)
  }

  fail(): void {
    if (this.#build.phase !== 'over') this.#build.phase = 'failed'
  }

  async finish(): Promise<BuildReport | undefined> {
    if (this.#finishing !== undefined) return this.#finishing
    const { phase, pending, written } = this.#build
    if (phase === 'failed' || phase === 'over') this.#leave()
    if (phase !== 'going' || pending > 0 || written === 0) return undefined
    this.#finishing = this.#sign().finally(() => (this.#finishing = undefined))
    return this.#finishing
  }

  reset(): void {
    this.#build = newBuild('idle')
  }

  inspect(exitCode: number): boolean {
    if (exitCode !== 0) {
      // A build whose process failed after signing is not one to be trusted.
      for (const tree of this.#signed) {
        tree.remove()
        this.#log.warn(`the process ended with exit code ${exitCode}: removed the signature of ${tree.directory}`)
      }
      return true
    }
    const isSound = this.#signed.map((tree) => tree.check(this.#log)).every(Boolean)
    return this.#isEnded() && isSound
  }

  /** Says that outputs are on disk which would have been signed, had the build ended or the process lived on. */
  #isEnded(): boolean {
    const { phase, pending, written } = this.#build
    const isCut = this.#finishing !== undefined
    if (!isCut && (phase !== 'going' || written === 0 || !meansToSign(this.#settings))) return this.#isComplete()
    const rest = pending === 0 ? '' : `, ${pending} never got there`
    if (isCut) this.#log.error('NOT SIGNED: the process ended while the build was being signed')
    else this.#log.error(`NOT SIGNED: ${outputs(written)} written${rest}, and the build did not come to its end`)
    this.#log.error(
      'a plugin may have failed in its last hook, or a script may not have closed its build (`await bundle.close()`); `sealwax sign-build` signs what is on disk',
    )
    return this.#settings.required === false
  }

  /** Where a signature is required, a failure that somebody caught must not let files go out without a word. */
  #isComplete(): boolean {
    const { required, mode } = this.#settings
    const left = [...this.#unsigned].filter((folder) => existsSync(folder))
    if (required !== true || mode === 'off' || left.length === 0) return true
    this.#log.error(`NOT SIGNED: ${left.join(', ')}: a signature is required, and a build that writes there failed`)
    return false
  }

  /** The end of a build that failed, and of those that were going on beside it. */
  #leave(): void {
    const { phase, started, written, late } = this.#build
    this.#build = { ...newBuild('over'), started }
    if (!meansToSign(this.#settings)) return
    if (phase === 'failed' && written > 0) this.#log.info('not signed: the build failed')
    if (late > 0) this.#log.warn(`not signed: ${outputs(late)} written after another build of the same project failed`)
  }

  /** What lies in a folder that this process signed is part of it: the whole is signed again. */
  #wholeOf(folder: string): string {
    const directory = resolve(folder)
    return this.#signed.find((tree) => isInside(directory, tree.directory))?.directory ?? directory
  }

  /** Signatures in a folder that is being written to are out of date: those on the disk, and those that the guard watches. */
  #forget(root: string): void {
    const old = this.#signed.filter((tree) => tree.directory === root || isInside(tree.directory, root))
    for (const tree of old) {
      tree.remove()
      this.#unsigned.add(tree.directory)
    }
    this.#signed = this.#signed.filter((tree) => !old.includes(tree))
    removeOurs(root, this.#settings.bundle)
  }

  /** This build has outputs of interest: the first one sets the exit guard. */
  #count(): void {
    if (this.#build.phase === 'idle') this.#build.phase = 'going'
    this.#guard()
  }

  async #sign(): Promise<BuildReport | undefined> {
    const settings = this.#settings
    const written = [...this.#build.directories]
    const prepared = this.#prepared
    this.#build = newBuild('idle')
    this.#prepared = undefined
    const { signForSession } = await import('./sign.ts')
    const result = await signForSession(written, settings, this.#log, () => prepared ?? this.#prepare()).finally(() =>
      this.#patience.end(),
    )
    if (result === undefined) return undefined
    this.#signed.push(...result.trees)
    for (const { directory } of result.trees)
      for (const folder of [...this.#unsigned, directory])
        if (folder === directory || isInside(folder, directory)) this.#unsigned.delete(folder)
    await this.#options.onSigned?.(result.report)
    return result.report
  }

  #read(options: BuildOptions): Settings {
    return readSettings(options, { home: this.#home, required: 'auto' })
  }

  /** Not at once: loading what signs takes a while, and a bundler that works in threads of its own may as well begin. */
  async #prepareLater(): Promise<Prepared> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.#prepare()
  }

  async #prepare(): Promise<Prepared> {
    const settings = this.#settings
    const { prepare } = await import('./prepare.ts')
    return prepare(settings, this.#home, { deadline: BUILD_DEADLINE, onStep: this.#patience.onStep })
  }
}

function newBuild(phase: Build['phase']): Build {
  return { phase, started: 0, pending: 0, written: 0, late: 0, directories: new Set() }
}

function outputs(count: number): string {
  return count === 1 ? '1 output was' : `${count} outputs were`
}

/** While the bundler works, what the end will need: open connections, and the code. */
async function warm(prepared: Prepared): Promise<void> {
  prepared.warm()
  await import('./sign.ts')
}
