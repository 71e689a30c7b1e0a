// verify-blob: is this file what was signed, and by whom?
import type { Command } from 'commander'
import type { Declare } from './index.ts'
import { addOutputFlag, type OutputOptions } from '../flags/output.ts'
import { addVerifyingFlags, type VerifyingOptions } from '../flags/verifying.ts'
import { examples } from '../report/help.ts'

export interface VerifyBlobOptions extends VerifyingOptions, OutputOptions {
  readonly bundle?: string
}

export const declare: Declare = (command, outcome) => {
  command
    .description(
      'Verify the signatures of files, offline. Needs the key, or who must have signed (identity and issuer). ' +
        'Prints who signed, when, and where it is logged; says Verified OK on standard error.',
    )
    .argument('<file...>', 'files to verify; - is standard input; sha256:<hex> is a file known by its digest')
    .option('--bundle <file>', 'the bundle; {} stands for the file (default: FILE.sigstore.json)')
  addVerifyingFlags(command)
  addOutputFlag(command)
  command
    .addHelpText(
      'after',
      examples(
        'sealwax verify-blob --key cosign.pub app.tgz',
        '# by identity',
        'sealwax verify-blob app.tgz \\',
        '  --certificate-identity dev@example.com \\',
        '  --certificate-oidc-issuer https://github.com/login/oauth',
        '# and cosigned by a witness of the log',
        'sealwax verify-blob --key cosign.pub --witness witness.example/w1+3bc3c7e4+BHw… app.tgz',
        '# without the file',
        'sealwax verify-blob --key cosign.pub --bundle app.sigstore.json sha256:…',
      ),
    )
    .action(async (files: string[], _options: unknown, self: Command) => {
      const { verifyBlobs } = await import('../verifying/verify-blobs.ts')
      outcome.exitCode = await verifyBlobs(files, self.optsWithGlobals<VerifyBlobOptions>())
    })
}
