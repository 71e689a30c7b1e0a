// When is a build of Vite over? No single hook says it: `closeBundle` comes once per environment, and the `buildApp` hook
// of Vite 7 and 8 comes at the very end when somebody's buildApp builds, but BEFORE everything when nobody's does.

/** Knows what the end of the running build will be. */
export interface Ending {
  /** Somebody's buildApp may build now, and may write after its last bundle. */
  appStarted(): void
  /** It is over, whether well or badly. */
  appEnded(): void
  /** Nobody's buildApp built: Vite builds these environments, one after the other. */
  appLeft(environments: readonly string[]): void
  readonly inApp: boolean
  /** Whether the build is over now that this environment's bundle is closed. */
  bundleClosed(environment: string): boolean
}

/** An ending that begins with a single build: over at its closed bundle. */
export function buildEnding(): Ending {
  let awaited: 'bundle' | 'app' | Set<string> = 'bundle'
  return {
    appStarted: () => void (awaited = 'app'),
    appEnded: () => void (awaited = 'bundle'),
    appLeft: (environments) => void (awaited = new Set(environments)),
    get inApp() {
      return awaited === 'app'
    },
    bundleClosed: (environment) => {
      if (!(awaited instanceof Set)) return awaited === 'bundle'
      awaited.delete(environment)
      return awaited.size === 0
    },
  }
}
