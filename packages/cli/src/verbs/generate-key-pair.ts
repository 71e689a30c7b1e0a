// generate-key-pair: a new P-256 key, encrypted as cosign does.
import type { Declare } from './index.ts'
import { examples } from '../report/help.ts'
import type { KeyFileOptions } from '../signing/key-files.ts'

export const declare: Declare = (command) => {
  command
    .description(
      'Make an ECDSA P-256 key pair: PREFIX.key, encrypted with a password, and PREFIX.pub. ' +
        'The password is taken from COSIGN_PASSWORD, else asked for, else read from standard input (without its last line end).',
    )
    .option('--output-key-prefix <prefix>', 'the name of the files, without .key and .pub', 'cosign')
    .option('-y, --yes', 'overwrite existing files without asking')
    .addHelpText(
      'after',
      examples(
        '# cosign.key and cosign.pub in this folder',
        'sealwax generate-key-pair',
        '# in a script',
        'COSIGN_PASSWORD=… sealwax generate-key-pair --output-key-prefix release',
      ),
    )
    .action(async (options: KeyFileOptions) => {
      const { writeNewKeyPair } = await import('../signing/key-files.ts')
      const { generateSigner } = await import('@sealwax/core')
      await writeNewKeyPair(() => Promise.resolve(generateSigner().privateKey), options)
    })
}
