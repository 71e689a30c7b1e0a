// The flags of every verb that signs, with cosign's names and defaults.
import type { Transparency } from '@sealwax/core'
import type { SealerSetup } from '@sealwax/core/session'
import { type Command, Option } from 'commander'

export interface SigningOptions {
  readonly key?: string
  readonly identityToken?: string
  readonly signingAlgorithm: string
  readonly signingConfig?: string
  readonly trustedRoot?: string
  readonly staging?: boolean
  readonly yes?: boolean
  readonly transparency?: Transparency
  readonly caFile?: string
  readonly timestampClientCacert?: string
  readonly timestampClientCert?: string
  readonly timestampClientKey?: string
  readonly timestampServerName?: string
  /** Milliseconds, from the global --timeout. */
  readonly timeout: number
}

/** Who signs. */
export function addSignerFlags(command: Command): void {
  command
    .option(
      '--key <reference>',
      'sign with this key: a file, env://VARIABLE or a key store URI; without it, with your identity',
    )
    .option('--identity-token <token>', 'an OpenID Connect token that says who you are, or a file that holds it')
}

/** The kind of key that is made for a signature by identity. */
export function addAlgorithmFlag(command: Command): void {
  command.addOption(
    new Option('--signing-algorithm <name>', 'the kind of key that is made when you sign with your identity')
      .choices([
        'ecdsa-sha2-256-nistp256',
        'ecdsa-sha2-384-nistp384',
        'ecdsa-sha2-512-nistp521',
        'rsa-sign-pkcs1-2048-sha256',
        'rsa-sign-pkcs1-3072-sha256',
        'rsa-sign-pkcs1-4096-sha256',
      ])
      .default('ecdsa-sha2-256-nistp256'),
  )
}

/** Which services take part, and whom they are checked against. */
export function addServiceFlags(command: Command): void {
  command
    .option(
      '--signing-config <file>',
      'the services to use (default: the public Sigstore); one without services signs offline',
    )
    .option('--trusted-root <file>', 'whom to trust (default: what initialize chose, else the public Sigstore)')
    .option('--staging', 'the staging instance of the public Sigstore, where no file is named')
    .addOption(
      new Option(
        '--transparency <who>',
        'who witnesses the signature: the services of the signing config (log), its timestamp authorities alone, or nobody (with --key)',
      )
        .choices(['log', 'timestamp', 'none'])
        .default(undefined, 'log'),
    )
    .option('--ca-file <file>', 'believe these certificate authorities (PEM) too when services are reached by TLS')
    .option('--timestamp-client-cacert <file>', "the timestamp authority's own certificate authorities for TLS (PEM)")
    .option('--timestamp-client-cert <file>', 'the client certificate that the timestamp authority wants (PEM)')
    .option('--timestamp-client-key <file>', 'the private key of that client certificate (PEM, without a password)')
    .option(
      '--timestamp-server-name <name>',
      "the name in the timestamp authority's TLS certificate, if not its host's",
    )
    .option('-y, --yes', 'do not ask before something becomes public')
}

/** How the services are reached and which of them witness, as the session wants it. */
export function networkOf(options: SigningOptions): Pick<SealerSetup, 'transparency' | 'caFile' | 'timestampClient'> {
  return {
    transparency: options.transparency,
    caFile: options.caFile,
    timestampClient: {
      ca: options.timestampClientCacert,
      cert: options.timestampClientCert,
      key: options.timestampClientKey,
      serverName: options.timestampServerName,
    },
  }
}
