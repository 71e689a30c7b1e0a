// verify-build: is this folder what was signed, all of it and nothing else?
import type { Command } from 'commander'
import type { Declare } from './index.ts'
import { addOutputFlag, type OutputOptions } from '../flags/output.ts'
import { addVerifyingFlags, type VerifyingOptions } from '../flags/verifying.ts'
import { examples } from '../report/help.ts'

export interface VerifyBuildOptions extends VerifyingOptions, OutputOptions {
  readonly bundle?: string
  readonly file?: readonly string[]
}

export const declare: Declare = (command, outcome) => {
  command
    .description(
      'Verify a signed output folder, offline: the signature, who made it, and every file. Names each file that was changed, ' +
        'is missing, or was added.',
    )
    .argument('<folder...>', 'output folders, like dist')
    .option('--bundle <name>', "the bundle's name in the folder (default: attestation.sigstore.json)")
    .option('--file <name...>', 'verify only these files of the folder, by their names relative to it')
  addVerifyingFlags(command)
  addOutputFlag(command)
  command
    .addHelpText(
      'after',
      examples(
        'sealwax verify-build --key cosign.pub dist',
        'sealwax verify-build dist \\',
        '  --certificate-identity-regexp "^https://github.com/me/app/" \\',
        '  --certificate-oidc-issuer https://token.actions.githubusercontent.com',
      ),
    )
    .action(async (folders: string[], _options: unknown, self: Command) => {
      const { verifyFolders } = await import('../verifying/verify-folders.ts')
      outcome.exitCode = await verifyFolders(folders, self.optsWithGlobals<VerifyBuildOptions>())
    })
}
