import type { BuildOptions, BuildReport, Log } from './types.ts'

/** A plugin instance: where it says things, and whom it tells of a signature. */
export interface Guest {
  readonly log: Log
  readonly onSigned: BuildOptions['onSigned']
}

/** A build. `over`: it failed and was closed; hosts go on calling hooks then, which must not look like a new build. */
export interface Build {
  phase: 'idle' | 'going' | 'failed' | 'over'
  /** How many began and are not told apart: environments of one build, and builds that a script runs side by side. */
  started: number
  pending: number
  written: number
  /** Outputs that came when it was over, of another build beside it. */
  late: number
  /** The folders that outputs were rendered for, as the bundler names them. */
  readonly targets: Set<string>
  /** The folders that outputs are in now, each a whole. */
  readonly directories: Set<string>
  readonly guests: Set<Guest>
}

/** Tells each plugin instance whose build the signature is for. */
export async function tell(
  guests: ReadonlySet<Guest>,
  report: BuildReport | undefined,
): Promise<BuildReport | undefined> {
  if (report === undefined) return undefined
  const listeners = new Set([...guests].map(({ onSigned }) => onSigned))
  await Promise.all([...listeners].map(async (onSigned) => onSigned?.(report)))
  return report
}

export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Nothing of it is there yet. */
export function newBuild(phase: Build['phase']): Build {
  return {
    phase,
    started: 0,
    pending: 0,
    written: 0,
    late: 0,
    targets: new Set(),
    directories: new Set(),
    guests: new Set(),
  }
}

/** How many, and that they were. */
export function outputs(count: number): string {
  return count === 1 ? '1 output was' : `${count} outputs were`
}
