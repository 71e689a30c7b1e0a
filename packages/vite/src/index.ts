// The Vite plugin: one Sigstore signature for every file that `vite build` writes.
// Here lives only the translation of Vite's hooks into the session's words: a build starts, an output is begun, it is on
// disk, it failed, the build is over. What is signed and how, and whether it may be, is decided in @sealwax/core/session.
// No hook runs per module (no resolveId, load, transform, renderChunk): the cost of a build is that of its files.
import { dirname, resolve } from 'node:path'
import type { BuildOptions, BuildReport, BuildSession } from '@sealwax/core/session'
import type { Plugin, ResolvedConfig } from 'vite'
import { buildEnding } from './ending.ts'

/** Every option has a default; the README lists them. Relative `roots` begin at Vite's `root`. */
export type SealwaxOptions = BuildOptions

/** Builds that run side by side share one signature, and its line comes once. */
const told = new WeakSet<BuildReport>()

/**
 * Signs what `vite build` writes: one in-toto statement over all files of an output folder, one signature, one log
 * entry, left as `attestation.sigstore.json` at the folder's root. The dev server, watch builds and failed builds are
 * never signed. Place it last in `plugins`, so that what the other plugins write is on disk before it is signed.
 *
 * The build fails with a `SealwaxError` when a signature was begun and failed, or is `required` and cannot be made.
 */
export function sealwax(options: SealwaxOptions = {}): Plugin[] {
  let config: ResolvedConfig
  let session: BuildSession | undefined
  const ending = buildEnding()
  const unwritten = new WeakSet<Environment>()

  const sessionOf = (environment: Environment): BuildSession | undefined =>
    isSignable(environment) ? session : undefined

  const startApp = (): void => {
    ending.appStarted()
    session?.reset()
  }

  const finish = async (): Promise<void> => {
    const report = await readably(() => session?.finish())
    if (!report || told.has(report)) return
    told.add(report)
    const { reportLine } = await import('./report.ts')
    config.logger.info(reportLine(report, config.root))
  }

  /**
   * Vite 6 has no buildApp hook: there the builder's own function is the only place that knows the end. And no Vite tells the
   * plugins that this function failed.
   */
  const wrapBuildApp = ({ builder }: ResolvedConfig): void => {
    if (!builder) return
    const { buildApp } = builder
    builder.buildApp = async (app) => {
      const isWhole = !ending.inApp
      if (isWhole) startApp()
      try {
        await buildApp(app)
      } catch (error) {
        session?.fail(error)
        ending.appEnded()
        await finish()
        throw error
      }
      if (!isWhole) return
      ending.appEnded()
      await finish()
    }
  }

  const app: Plugin = {
    name: 'sealwax:app',
    apply: 'build',
    sharedDuringBuild: true,
    buildApp: { order: 'pre', handler: async () => startApp() },
  }

  const main: Plugin = {
    name: 'sealwax',
    apply: 'build',
    enforce: 'post',
    sharedDuringBuild: true,
    async configResolved(resolved) {
      wrapBuildApp(resolved)
      if (session) return
      config = resolved
      // Not at the top: whoever loads this config only to serve or to preview never pays for it.
      const [{ openSession }, { buildLog }] = await Promise.all([
        import('@sealwax/core/session'),
        import('./report.ts'),
      ])
      session = await readably(() => openSession(config.root, options, buildLog(config.logger)))
    },
    buildStart() {
      const { root, build } = this.environment.config
      sessionOf(this.environment)?.start(resolve(root, build.outDir))
    },
    buildEnd(error) {
      if (error) sessionOf(this.environment)?.fail(error)
    },
    renderStart: {
      order: 'post',
      handler(output) {
        unwritten.add(this.environment)
        sessionOf(this.environment)?.begin(folderOf(output))
      },
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      handler(output) {
        unwritten.delete(this.environment)
        const folder = folderOf(output)
        if (folder) sessionOf(this.environment)?.wrote(folder)
      },
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const { environment } = this
        if (!isSignable(environment)) return
        // The only trace of a plugin that threw while an output was generated or written: buildEnd was before, and Vite 8
        // calls this hook without an error.
        if (unwritten.delete(environment)) session?.fail(new Error('an output was not written'))
        if (ending.bundleClosed(environment.name)) await finish()
      },
    },
    buildApp: {
      order: 'post',
      async handler({ environments }) {
        const all = Object.values(environments)
        if (all.every(({ isBuilt }) => !isBuilt)) return ending.appLeft(all.filter(isSignable).map(({ name }) => name))
        ending.appEnded()
        await finish()
      },
    },
  }

  return [app, main]
}

/** The part of a build environment that is looked at; the same in Vite 6, 7 and 8. */
interface Environment {
  readonly name: string
  readonly config: {
    readonly root: string
    readonly build: { readonly outDir: string; readonly write: boolean; readonly watch?: unknown }
  }
}

/** Only what is written to disk, once, is signed: nothing with `write: false`, nothing in a watch build. */
function isSignable({ config: { build } }: Environment): boolean {
  return build.write && !build.watch
}

/** The folder that an output goes to. */
function folderOf({
  dir,
  file,
}: {
  readonly dir?: string | undefined
  readonly file?: string | undefined
}): string | undefined {
  const folder = dir ?? (file && dirname(file))
  return folder === undefined ? undefined : resolve(folder)
}

/** Does it; what fails, fails with an error that reads well where Vite prints it. */
async function readably<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw (await import('./error.ts')).readableError(error)
  }
}
