// Every bound on outside input. What is larger is refused before it is read or parsed. Sizes are bytes unless said.

/** The bounds, in one place so that they can be read, argued about and tested. */
export const limits = {
  /**
   * A bundle file: the largest payload in base64 (4/3 of it: 21.4 MiB), and room for certificates, entries and timestamps. A
   * statement of 1,024 subjects is 0.2 MiB, npm's provenance 0.03 MiB: what needs so much is a bill of materials.
   */
  bundle: 25_165_824, // 24 MiB
  /** A DSSE payload (decoded). */
  payload: 16_777_216, // 16 MiB
  /** Subjects of one statement that stock verifiers accept (cosign, sigstore-go, GitHub's attest action). */
  statementSubjects: 1024,
  /** Subjects that a statement read by us may name. */
  readSubjects: 100_000,
  /** Symbolic links in one build: each may lead to a folder full of others. */
  buildLinks: 20_000,
  /** Files in one build. */
  buildFiles: 200_000,
  /** A checksum file with `buildFiles` lines. */
  sums: 67_108_864, // 64 MiB
  /** A key file, a PEM, a token. */
  key: 65_536, // 64 KiB
  token: 65_536, // 64 KiB
  /** A trusted root or a signing config. */
  trust: 4_194_304, // 4 MiB
  /** The cache of one TUF repository: metadata and targets, each bounded by `trust`. */
  trustCache: 16_777_216, // 16 MiB
  certificate: 65_536, // 64 KiB
  timestamp: 65_536, // 64 KiB
  certificates: 16,
  /** Log entries and timestamps in one bundle. */
  entries: 32,
  timestamps: 32,
  checkpoint: 65_536, // 64 KiB
  /** Hashes of an inclusion proof: a tree of 2^64 entries needs 64. */
  proofHashes: 64,
  /** Nesting of DER and JSON. */
  depth: 64,
  /** What a service may answer. */
  answer: 8_388_608, // 8 MiB
  /** Messages signed as a whole by Ed25519, which cannot be streamed. */
  wholeMessage: 536_870_912, // 512 MiB
} as const
