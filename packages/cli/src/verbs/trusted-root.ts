// trusted-root create: a file that says whom to trust.
import { Argument, type Command } from 'commander'
import type { Declare } from './index.ts'
import { examples } from '../report/help.ts'
import { collect } from '../trust/specification.ts'

export interface TrustedRootOptions {
  readonly fulcio?: readonly string[]
  readonly ctfe?: readonly string[]
  readonly rekor?: readonly string[]
  readonly tsa?: readonly string[]
  readonly withDefaultServices?: boolean
  readonly defaultFulcio: boolean
  readonly defaultCtfe: boolean
  readonly defaultRekor: boolean
  readonly defaultTsa: boolean
  readonly staging?: boolean
  readonly out?: string
}

export const declare: Declare = (command) => {
  command
    .description(
      'Make a trusted root from certificates and keys, for --trusted-root here and in every Sigstore client. ' +
        'A service is described by comma-separated key=value pairs; times are like 2026-01-01T00:00:00Z.',
    )
    .usage('create [flags]')
    .addArgument(new Argument('<action>', 'what to do').choices(['create']))
    .option(
      '--fulcio <pairs>',
      'a certificate authority: url, certificate-chain (PEM file)[, start-time, end-time]',
      collect,
    )
    .option('--rekor <pairs>', 'a log: url, public-key (PEM file), start-time[, end-time, origin (Rekor v2)]', collect)
    .option('--ctfe <pairs>', 'a certificate log: url, public-key (PEM file), start-time[, end-time, origin]', collect)
    .option(
      '--tsa <pairs>',
      'a timestamp authority: url, certificate-chain (PEM file)[, start-time, end-time]',
      collect,
    )
    .option('--with-default-services', 'begin with the trust that counts here (see sealwax help initialize)')
    .option('--no-default-fulcio', 'without its certificate authorities')
    .option('--no-default-rekor', 'without its logs')
    .option('--no-default-ctfe', 'without its certificate logs')
    .option('--no-default-tsa', 'without its timestamp authorities')
    .option('--staging', 'begin with the staging instance of the public Sigstore')
    .option('--out <file>', 'where to write it (default: standard output)')
    .addHelpText(
      'after',
      examples(
        'sealwax trusted-root create \\',
        '  --fulcio url=https://fulcio.example.com,certificate-chain=fulcio.pem \\',
        '  --ctfe url=https://ct.example.com,public-key=ct.pub,start-time=2026-01-01T00:00:00Z \\',
        '  --rekor url=https://rekor.example.com,public-key=rekor.pub,start-time=2026-01-01T00:00:00Z \\',
        '  --tsa url=https://tsa.example.com,certificate-chain=tsa.pem \\',
        '  --out trusted_root.json',
      ),
    )
    .action(async (_action: string, _options: unknown, self: Command) => {
      const { createTrustedRootFile } = await import('../trust/trusted-root.ts')
      await createTrustedRootFile(self.optsWithGlobals<TrustedRootOptions>())
    })
}
