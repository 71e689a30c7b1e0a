export type BundleVersion = '0.1' | '0.2' | '0.3'

/** What is written: version 0.3 in the newer of its two spellings. */
export const latestMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'

// Two spellings are in use: a parameter (older clients, and `cosign bundle create` to this day) and the newer one.
const versions: ReadonlyMap<string, BundleVersion> = new Map(
  (['0.1', '0.2', '0.3'] as const).flatMap((version): [string, BundleVersion][] => [
    [`application/vnd.dev.sigstore.bundle+json;version=${version}`, version],
    [`application/vnd.dev.sigstore.bundle.v${version}+json`, version],
  ]),
)

/** The version that a media type stands for; `undefined` for any other text, also for versions yet to come. */
export function bundleVersion(mediaType: string): BundleVersion | undefined {
  return versions.get(mediaType)
}
