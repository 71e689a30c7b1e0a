// The ledger's data: sample releases of an imaginary site, newest last in the file, newest first here.
import data from './releases.json' with { type: 'json' }

export const KINDS = ['script', 'style', 'image', 'document'] as const
export type Kind = (typeof KINDS)[number]

export interface Artifact {
  readonly name: string
  readonly kind: Kind
  readonly bytes: number
  /** 64 lower-case hexadecimal digits */
  readonly sha256: string
}

export interface Release {
  readonly version: string
  /** ISO 8601 calendar date */
  readonly date: string
  /** 40 hexadecimal digits */
  readonly commit: string
  readonly note: string
  readonly artifacts: readonly Artifact[]
}

export const releases: readonly Release[] = (data as readonly Release[]).toReversed()

export function findRelease(version: string | undefined): Release | undefined {
  return releases.find((release) => release.version === version)
}

/** Bytes of all artifacts, or of those of one kind. */
export function sumBytes(release: Release, kind?: Kind): number {
  return release.artifacts
    .filter((artifact) => kind === undefined || artifact.kind === kind)
    .reduce((sum, artifact) => sum + artifact.bytes, 0)
}
