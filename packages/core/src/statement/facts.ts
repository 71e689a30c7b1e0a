/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a git repository says of itself. */
export interface GitFacts {
  /** The commit that is checked out, 40 or 64 hexadecimal digits. */
  readonly commit: string
  /** The address of the remote `origin`, as git keeps it (it may hold credentials). */
  readonly remote?: string | undefined
  /** Whether a tracked file differs from that commit. */
  readonly modified: boolean
}

/** What is known of a build's surroundings, in the words of SLSA provenance v1. */
export interface BuildContext {
  /** `runDetails.builder.id`: a URI for the kind of place that the build ran in. */
  readonly builder: string
  /** `runDetails.metadata.invocationId`: a URI for this run. */
  readonly invocation?: string | undefined
  readonly source?: { readonly uri: string; readonly commit: string } | undefined
  /** What whoever started the build chose. */
  readonly externalParameters: Readonly<Record<string, unknown>>
  /** What the CI system set. */
  readonly internalParameters?: Readonly<Record<string, unknown>>
}

/** Variables as text: those that are set, of a sane size, and on one line. The others are left out. */
export function pick<K extends string>(env: Environment, names: Readonly<Record<K, string>>): { [name in K]?: string } {
  const found: { [name in K]?: string } = {}
  for (const name of Object.keys(names) as K[]) {
    const value = env[names[name]]
    // oxlint-disable-next-line no-control-regex
    if (value !== undefined && value !== '' && value.length <= 1024 && !/[\u0000-\u001f\u007f]/.test(value))
      found[name] = value
  }
  return found
}

/** A commit as git writes it (SHA-1 or SHA-256), else nothing. */
export function commitOf(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined
}
