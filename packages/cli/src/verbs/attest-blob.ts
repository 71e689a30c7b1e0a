// attest-blob: a signed in-toto statement about files.
import type { Command } from 'commander'
import type { Declare } from './index.ts'
import { addOutputFlag, type OutputOptions } from '../flags/output.ts'
import { predicateTypeHelp } from '../flags/predicate.ts'
import { addAlgorithmFlag, addServiceFlags, addSignerFlags, type SigningOptions } from '../flags/signing.ts'
import { examples } from '../report/help.ts'

export interface AttestOptions extends SigningOptions, OutputOptions {
  readonly predicate?: string
  readonly statement?: string
  readonly type: string
  readonly hash?: string
  readonly bundle?: string
}

export const declare: Declare = (command) => {
  command
    .description(
      'Sign a statement about files: their digests, a predicate type and a predicate. Each file gets a bundle of its own, ' +
        'FILE.sigstore.json.',
    )
    .argument('[file...]', 'files that the predicate is about; - is standard input')
    .option('--predicate <file>', 'the predicate (JSON); - is standard input')
    .option('--statement <file>', 'a whole in-toto statement to sign instead; needs --bundle')
    .option('--type <type>', predicateTypeHelp, 'custom')
    .option('--hash <hex>', 'the sha256 of the file, when it is elsewhere; the file is then only a name')
  addSignerFlags(command)
  addAlgorithmFlag(command)
  command.option('--bundle <file>', 'where to write the bundle; {} stands for the file, - is standard output')
  addServiceFlags(command)
  addOutputFlag(command)
  command
    .addHelpText(
      'after',
      examples(
        'sealwax attest-blob --key cosign.key --predicate sbom.cdx.json --type cyclonedx app.tgz',
        'sealwax attest-blob --statement statement.json --bundle statement.sigstore.json',
      ),
    )
    .action(async (files: string[], _options: unknown, self: Command) => {
      const options = self.optsWithGlobals<AttestOptions>()
      const { attestBlobs } = await import('../signing/attest-blobs.ts')
      await attestBlobs(files, options)
    })
}
