// sign-build: one signature for a whole output folder; the same that the bundler plugins make.
import { SealwaxError } from '@sealwax/core/errors'
import { type Command, Option } from 'commander'
import type { Declare } from './index.ts'
import { parseToggle } from '../flags/toggles.ts'
import { addOutputFlag, type OutputOptions } from '../flags/output.ts'
import { addServiceFlags, addSignerFlags, type SigningOptions } from '../flags/signing.ts'
import { examples } from '../report/help.ts'

export interface SignBuildOptions extends SigningOptions, OutputOptions {
  readonly mode?: 'auto' | 'keyless' | 'key' | 'statement' | 'off'
  readonly required?: 'auto' | 'true' | 'false'
  readonly bundle?: string
  readonly dotfiles?: boolean
  readonly exclude?: readonly string[]
}

export const declare: Declare = (command) => {
  command
    .description(
      'Sign a whole output folder: one in-toto statement that names every file, one signature, one log entry, whatever the number ' +
        'of files. Writes attestation.sigstore.json into each folder and prints its path.',
    )
    .argument('<folder...>', 'output folders, like dist')
  addSignerFlags(command)
  command
    .addOption(
      new Option('--mode <mode>', 'how to sign; auto: by the key that is named, else with an identity, else not at all')
        .choices(['auto', 'keyless', 'key', 'statement', 'off'])
        .default(undefined, 'auto'),
    )
    .addOption(
      new Option('--required <when>', 'fail without a signature; auto: only when there was somebody to sign as')
        .choices(['true', 'auto', 'false'])
        .argParser(parseRequired)
        .default(undefined, 'true'),
    )
    .option('--dotfiles', 'include files and folders whose name begins with a dot')
    .option('--exclude <name...>', 'leave out these files or folders: exact names relative to the folder')
    .option('--bundle <name>', "the bundle's name in each folder (default: attestation.sigstore.json)")
  addServiceFlags(command)
  addOutputFlag(command)
  command
    .addHelpText(
      'after',
      examples(
        'sealwax sign-build dist',
        'sealwax sign-build --key cosign.key dist/client dist/server',
        '# in package.json, for any build tool; signs in CI, and on a laptop says why not',
        '"postbuild": "sealwax sign-build dist --required auto"',
      ),
    )
    .action(async (folders: string[], _options: unknown, self: Command) => {
      const { signFolders } = await import('../signing/sign-folders.ts')
      await signFolders(folders, self.optsWithGlobals<SignBuildOptions>())
    })
}

/** The words that the plugins take from SEALWAX_REQUIRED, too. */
function parseRequired(text: string): SignBuildOptions['required'] {
  if (text.toLowerCase() === 'auto') return 'auto'
  try {
    return parseToggle(text, '--required') ? 'true' : 'false'
  } catch {
    throw new SealwaxError('USAGE', '--required has no usable value', { expected: 'true, auto or false', found: text })
  }
}
