// The flags of every verb that signs, with cosign's names and defaults.
import { type Command, Option } from 'commander'

export interface SigningOptions {
  readonly key?: string
  readonly identityToken?: string
  readonly signingAlgorithm: string
  readonly signingConfig?: string
  readonly trustedRoot?: string
  readonly yes?: boolean
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
    .option('--trusted-root <file>', 'whom to trust (default: the public Sigstore)')
    .option('-y, --yes', 'do not ask before something becomes public')
}
