import { BUILD_TYPE, type BuildRule } from './build-type.ts'
import type { BuildContext } from './facts.ts'

/** SLSA provenance v1, the fields that are written here. */
export interface SlsaProvenanceV1 {
  readonly buildDefinition: {
    readonly buildType: string
    readonly externalParameters: Readonly<Record<string, unknown>>
    readonly internalParameters?: Readonly<Record<string, unknown>> | undefined
    readonly resolvedDependencies?: readonly { readonly uri: string; readonly digest: { readonly gitCommit: string } }[]
  }
  readonly runDetails: {
    readonly builder: { readonly id: string }
    readonly metadata?: { readonly invocationId: string }
  }
}

/**
 * The predicate of a build statement (SLSA provenance v1). No time of day goes into it: the same bytes from the same run
 * give the same statement, so that signing again can be compared.
 */
export function provenance(context: BuildContext, rule: BuildRule): SlsaProvenanceV1 {
  const { builder, invocation, source, externalParameters, internalParameters } = context
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: { ...externalParameters, files: rule },
      internalParameters,
      ...(source === undefined
        ? {}
        : { resolvedDependencies: [{ uri: source.uri, digest: { gitCommit: source.commit } }] }),
    },
    runDetails: {
      builder: { id: builder },
      ...(invocation === undefined ? {} : { metadata: { invocationId: invocation } }),
    },
  }
}
