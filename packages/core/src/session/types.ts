import type { Environment } from '../statement/signing.ts'
import type { Transparency } from '../trust/index.ts'

/** What is done with a finished build. */
export type BuildMode = 'auto' | 'keyless' | 'key' | 'statement' | 'off'

/** Options of a signed build. Every one is optional; those with a variable are also read from the environment. */
export interface BuildOptions {
  /**
   * `auto` (default): a key that is named, else an identity that the environment offers, else no signature.
   * `keyless`, `key`: only that. `statement`: write what would be signed, for a later job to sign. `off`: nothing.
   * Variable: `SEALWAX_MODE`.
   */
  readonly mode?: BuildMode | undefined
  /**
   * When the absence of a signature fails the build. `'auto'` (default): when signing was begun and failed, but not when
   * there is no identity to sign with. `true`: in both cases. `false`: in neither. Variable: `SEALWAX_REQUIRED`.
   */
  readonly required?: 'auto' | boolean | undefined
  /** A key file, `env://VARIABLE`, or a key store's URI. Variables: `SEALWAX_KEY`, `COSIGN_KEY`. */
  readonly key?: string | undefined
  /** An identity token, or the file that holds it. Variable: `SEALWAX_IDENTITY_TOKEN`. */
  readonly identityToken?: string | undefined
  /** The folders to sign, relative to the folder that is built. Default: those that the build wrote to. */
  readonly roots?: readonly string[] | undefined
  /** The bundle's name in each folder. Default: `attestation.sigstore.json`. */
  readonly bundle?: string | undefined
  /** Whether names that begin with a dot count. Default: `false`, because upload actions drop them. */
  readonly dotfiles?: boolean | undefined
  /** Files and folders to leave out: exact names relative to the folder, with '/' between the parts. */
  readonly exclude?: readonly string[] | undefined
  /** A trusted root file. Default: what `sealwax initialize` chose, else the public Sigstore's. Variables: `SEALWAX_TRUSTED_ROOT`, `COSIGN_TRUSTED_ROOT`. */
  readonly trustedRoot?: string | undefined
  /** A signing config file. Default: as for `trustedRoot`. Variables: `SEALWAX_SIGNING_CONFIG`, `COSIGN_SIGNING_CONFIG`. */
  readonly signingConfig?: string | undefined
  /** The staging instance of the public Sigstore, where no file is named. Variable: `SEALWAX_STAGING`. */
  readonly staging?: boolean | undefined
  /**
   * Who witnesses the signature. `log` (default): what the signing config names. `timestamp`: its timestamp authorities
   * alone; no transparency log knows of the signature. `none`: nobody, by key only, because without a time nobody could tell
   * whether a certificate was valid. Variable: `SEALWAX_TRANSPARENCY`.
   */
  readonly transparency?: Transparency | undefined
  /** Certificate authorities in PEM that are believed for TLS beside the platform's. Variable: `SEALWAX_CA_FILE`. */
  readonly caFile?: string | undefined
  /**
   * PEM files for a timestamp authority that wants a client certificate or has a certificate authority of its own, and the
   * name that its TLS certificate must bear. Variables: those of cosign's flags, `SEALWAX_TIMESTAMP_CLIENT_CERT` and so on.
   */
  readonly timestampClient?: TimestampClientFiles | undefined
  /** The environment variables to read. Default: `process.env`. */
  readonly env?: Environment | undefined
  /**
   * Called once with the report when everything is signed and written. Builds side by side that share a signature each have
   * theirs called.
   */
  readonly onSigned?: ((report: BuildReport) => void | Promise<void>) | undefined
}

/** `cert` and `key` go together; `ca` stands instead of all other authorities. */
export interface TimestampClientFiles {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly serverName?: string | undefined
}

/** Where a session says things: one line per call, without a newline. */
export interface Log {
  info(line: string): void
  warn(line: string): void
  error(line: string): void
}

/** What was signed, by whom, and where it was written. Plain data. */
export interface BuildReport {
  readonly mode: 'key' | 'keyless' | 'statement'
  readonly roots: readonly SignedRoot[]
  /** Who signed; absent in the mode `statement`. */
  readonly signer?: BuildSigner | undefined
  /** The transparency log entries of all bundles, in the order of `roots`. */
  readonly entries: readonly { readonly log: string; readonly index: string }[]
}

/** One folder of a report. Paths are absolute. */
export interface SignedRoot {
  readonly directory: string
  readonly files: number
  /** The bundle; absent in the mode `statement`. */
  readonly bundle?: string | undefined
  /** The unsigned statement; only in the mode `statement`. */
  readonly statement?: string | undefined
  /** The checksum file, when one was written. */
  readonly sums?: string | undefined
}

/** Who signed a build. */
export type BuildSigner =
  | { readonly kind: 'key'; readonly hint: string }
  | { readonly kind: 'certificate'; readonly identity: string; readonly issuer: string | undefined }

/** The builds of a plugin's host, each from its start to its last hook. */
export interface BuildSession {
  /**
   * A build begins, which will write to this folder as far as is known: what an earlier one left there as its signature is
   * removed. Opens connections early when it will sign. May be called once per environment or output.
   */
  start(folder?: string): void
  /** An output is being rendered, for this folder: nothing is signed until it is on disk. */
  begin(folder?: string): void
  /** An output is on disk in this folder. */
  wrote(folder: string): void
  /** Something failed: this build is not signed. */
  fail(error: unknown): void
  /**
   * The host's last hook: signs when nothing failed, nothing is pending and something was written.
   * @returns the report, or `undefined` when nothing was signed
   * @throws SealwaxError when nothing could be signed and `required` says that this fails the build
   */
  finish(): Promise<BuildReport | undefined>
  /** Forgets a build that will not go on. */
  reset(): void
}
