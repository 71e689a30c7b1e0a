// verify-blob-attestation: is this file what a signed statement speaks of?
import type { Command } from 'commander'
import type { Declare } from './index.ts'
import { addOutputFlag, type OutputOptions } from '../flags/output.ts'
import { predicateTypeHelp } from '../flags/predicate.ts'
import { addVerifyingFlags, type VerifyingOptions } from '../flags/verifying.ts'
import { examples } from '../report/help.ts'

export interface VerifyAttestationOptions extends VerifyingOptions, OutputOptions {
  readonly bundle?: string
  readonly type: string
  readonly checkClaims: boolean
  readonly digest?: string
  readonly digestAlg?: string
}

export const declare: Declare = (command, outcome) => {
  command
    .description(
      'Verify a signed statement, offline, and that it names the files. One bundle may speak of many files: ' +
        'then --bundle names it once.',
    )
    .argument('[file...]', 'files that the statement must name; - is standard input')
    .option('--bundle <file>', 'the bundle; {} stands for the file (default: FILE.sigstore.json)')
    .option('--type <type>', predicateTypeHelp, 'custom')
    .option('--check-claims', 'require that the statement names the file', true)
    .option('--digest <hex>', 'the digest that the statement must name, instead of a file')
    .option('--digestAlg <name>', 'the algorithm of --digest: sha256, sha384 or sha512')
  addVerifyingFlags(command)
  addOutputFlag(command)
  command
    .addHelpText(
      'after',
      examples(
        'sealwax verify-blob-attestation --key cosign.pub --type cyclonedx app.tgz',
        '# files of a signed build, one by one',
        'sealwax verify-blob-attestation --key cosign.pub --type slsaprovenance1 \\',
        '  --bundle dist/attestation.sigstore.json dist/index.html dist/assets/app.js',
      ),
    )
    .action(async (files: string[], _options: unknown, self: Command) => {
      const { verifyAttestations } = await import('../verifying/verify-attestations.ts')
      outcome.exitCode = await verifyAttestations(files, self.optsWithGlobals<VerifyAttestationOptions>())
    })
}
