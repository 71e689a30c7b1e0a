// signing-config create: a file that says which services to sign with.
import { Argument, type Command } from 'commander'
import type { Declare } from './index.ts'
import { examples } from '../report/help.ts'
import { collect } from '../trust/specification.ts'

export interface SigningConfigOptions {
  readonly fulcio?: readonly string[]
  readonly oidcProvider?: readonly string[]
  readonly rekor?: readonly string[]
  readonly rekorConfig?: string
  readonly tsa?: readonly string[]
  readonly tsaConfig?: string
  readonly baseConfig?: string
  readonly withDefaultServices?: boolean
  readonly withDefaultRekorV2?: boolean
  readonly defaultFulcio: boolean
  readonly defaultOidc: boolean
  readonly defaultRekor: boolean
  readonly defaultTsa: boolean
  readonly staging?: boolean
  readonly out?: string
}

const pairs = 'url, api-version, start-time, operator[, end-time]'

export const declare: Declare = (command) => {
  command
    .description(
      'Make a signing config, for --signing-config here and in every Sigstore client. A service is described by comma-separated ' +
        'key=value pairs; times are like 2026-01-01T00:00:00Z. Without any service it signs offline, by key.',
    )
    .usage('create [flags]')
    .addArgument(new Argument('<action>', 'what to do').choices(['create']))
    .option('--fulcio <pairs>', `a certificate authority: ${pairs}`, collect)
    .option('--oidc-provider <pairs>', `an identity provider: ${pairs}`, collect)
    .option('--rekor <pairs>', `a log: ${pairs}`, collect)
    .option('--rekor-config <selection>', 'how many logs sign: ANY, ALL or EXACT:<count>; needed with --rekor')
    .option('--tsa <pairs>', `a timestamp authority: ${pairs}`, collect)
    .option('--tsa-config <selection>', 'the same for timestamp authorities; needed with --tsa')
    .option('--base-config <file>', 'begin with this signing config; flags replace its services of their kind')
    .option('--with-default-services', 'begin with the services that count here (see sealwax help initialize)')
    .option('--with-default-rekor-v2', 'the same, with Rekor v2')
    .option('--no-default-fulcio', 'without their certificate authorities')
    .option('--no-default-oidc', 'without their identity providers')
    .option('--no-default-rekor', 'without their logs')
    .option('--no-default-tsa', 'without their timestamp authorities')
    .option('--staging', 'begin with the staging instance of the public Sigstore')
    .option('--out <file>', 'where to write it (default: standard output)')
    .addHelpText(
      'after',
      examples(
        '# for signatures by key without any service',
        'sealwax signing-config create --out offline.json',
        '# the public Sigstore with Rekor v2',
        'sealwax signing-config create --with-default-rekor-v2 --out v2.json',
        'sealwax signing-config create --rekor-config ANY \\',
        '  --rekor url=https://rekor.example.com,api-version=1,start-time=2026-01-01T00:00:00Z,operator=example.com',
      ),
    )
    .action(async (_action: string, _options: unknown, self: Command) => {
      const { createSigningConfigFile } = await import('../trust/signing-config.ts')
      await createSigningConfigFile(self.optsWithGlobals<SigningConfigOptions>())
    })
}
