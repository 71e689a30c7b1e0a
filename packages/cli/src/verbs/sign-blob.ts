// sign-blob: one bundle for each file.
import type { Command } from 'commander'
import type { Declare } from './index.ts'
import { addOutputFlag, type OutputOptions } from '../flags/output.ts'
import { addAlgorithmFlag, addServiceFlags, addSignerFlags, type SigningOptions } from '../flags/signing.ts'
import { examples } from '../report/help.ts'

interface Options extends SigningOptions, OutputOptions {
  readonly bundle?: string
}

export const declare: Declare = (command) => {
  command
    .description(
      'Sign files. Each file gets a bundle beside it, FILE.sigstore.json: signature, certificate or key hint, log entry, timestamp. ' +
        'All files of one call share one password, one identity and one certificate. Prints the paths of the bundles.',
    )
    .argument('<file...>', 'files to sign; - is standard input')
  addSignerFlags(command)
  addAlgorithmFlag(command)
  command.option('--bundle <file>', 'where to write the bundle; {} stands for the file, - is standard output')
  addServiceFlags(command)
  addOutputFlag(command)
  command
    .addHelpText(
      'after',
      examples(
        '# with a key pair of "sealwax generate-key-pair"',
        'sealwax sign-blob --key cosign.key app.tgz',
        '# with your identity (in GitHub Actions and GitLab CI: no flag is needed)',
        'sealwax sign-blob app.tgz app.zip',
        '# with a timestamp, and in no log',
        'sealwax sign-blob --transparency timestamp app.tgz',
        '# bundles elsewhere',
        "sealwax sign-blob --key cosign.key --bundle 'signatures/{}.json' a.js b.js",
        'tar c dist | sealwax sign-blob --key cosign.key --bundle dist.json -',
      ),
    )
    .action(async (files: string[], _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<Options>()
      const { signBlobs } = await import('../signing/sign-blobs.ts')
      await signBlobs(files, options)
    })
}
