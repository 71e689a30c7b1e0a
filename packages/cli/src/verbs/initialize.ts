// initialize: whose trust counts from now on.
import type { Command } from 'commander'
import type { Declare } from './index.ts'
import { addOutputFlag, type OutputOptions } from '../flags/output.ts'
import { examples } from '../report/help.ts'

export interface InitializeOptions extends OutputOptions {
  readonly mirror?: string
  readonly root?: string
  readonly rootChecksum?: string
  readonly staging?: boolean
  readonly caFile?: string
  /** Milliseconds, from the global --timeout. */
  readonly timeout: number
}

export const declare: Declare = (command) => {
  command
    .description(
      'Fetch whom to trust, and which services to sign with, from a TUF repository; verify it from its root on, keep it, and let it ' +
        'count for every verb from now on. Without it the public Sigstore counts, as this version of sealwax carries it.',
    )
    .option('--mirror <url>', 'the repository, https, http or file: (default: that of the public Sigstore)')
    .option('--root <file>', 'its root.json, a file or a URL (default: the root of the public Sigstore)')
    .option('--root-checksum <digest>', 'the sha256 of that root, or sha512:…; needed when the root is a URL')
    .option('--staging', 'the staging instance of the public Sigstore')
    .option('--ca-file <file>', "certificate authorities (PEM) to believe for TLS beside the system's")
  addOutputFlag(command)
  command
    .addHelpText(
      'after',
      examples(
        '# the public Sigstore, as it is today',
        'sealwax initialize',
        '# a private Sigstore; its root comes from somebody you trust, not from the repository',
        'sealwax initialize --mirror https://tuf.example.com --root root.json',
        '# a copy of the public repository, without a network',
        'sealwax initialize --mirror file:///mnt/tuf',
      ),
    )
    .action(async (_options: unknown, self: Command) => {
      const { initialize } = await import('../trust/initialize.ts')
      await initialize(self.optsWithGlobals<InitializeOptions>())
    })
}
