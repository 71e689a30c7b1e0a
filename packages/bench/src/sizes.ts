/** How much is measured. */
export interface Sizes {
  readonly signing: { readonly files: number; readonly cosign: number; readonly runs: number }
  readonly hashing: { readonly files: number; readonly rounds: number }
  readonly hooks: { readonly modules: number; readonly libraries: boolean; readonly pairs: number }
  readonly starting: { readonly runs: number; readonly files: number; readonly rounds: number }
  readonly verifying: { readonly rounds: number; readonly each: number }
}

/** What the bars speak of. */
export const full: Sizes = {
  signing: { files: 1000, cosign: 100, runs: 10 },
  hashing: { files: 10_000, rounds: 15 },
  hooks: { modules: 2000, libraries: true, pairs: 15 },
  starting: { runs: 40, files: 100, rounds: 5 },
  verifying: { rounds: 15, each: 100 },
}

/** A smoke test. */
export const quick: Sizes = {
  signing: { files: 20, cosign: 2, runs: 1 },
  hashing: { files: 50, rounds: 2 },
  hooks: { modules: 40, libraries: false, pairs: 1 },
  starting: { runs: 2, files: 2, rounds: 1 },
  verifying: { rounds: 2, each: 2 },
}
