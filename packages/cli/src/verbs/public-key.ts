// public-key: the public half of whatever --key names.
import type { Declare } from './index.ts'
import { requireOption } from '../flags/require.ts'
import { examples } from '../report/help.ts'
import { note, printable } from '../terminal/text.ts'

interface Options {
  readonly key?: string
  readonly outfile?: string
}

export const declare: Declare = (command) => {
  command
    .description('Print the public key of a key reference as PEM. A private key file needs its password.')
    .option('--key <reference>', 'a private or public key file, env://VARIABLE or a key store URI')
    .option('--outfile <file>', 'write it to this file instead of standard output')
    .addHelpText(
      'after',
      examples(
        'sealwax public-key --key cosign.key',
        'sealwax public-key --key env://SIGNING_KEY --outfile cosign.pub',
      ),
    )
    .action(async (options: Options) => {
      const { publicKeyPem, writeAtomically } = await import('@sealwax/core')
      const pem = publicKeyPem(await publicKeyOf(requireOption(options.key, '--key', 'the key')))
      if (options.outfile === undefined) process.stdout.write(pem)
      else {
        writeAtomically(options.outfile, pem, { mode: 0o644 })
        note(`Public key written to ${printable(options.outfile)}`)
      }
    })
}

async function publicKeyOf(reference: string): Promise<import('node:crypto').KeyObject> {
  const { loadPublicKey, loadSigner, readKeyFile } = await import('@sealwax/core')
  const { openWithPassword } = await import('../signing/password.ts')
  const isStore = /^(?!env:)[a-z][a-z0-9+.-]+:\/\//i.test(reference)
  if (isStore || !(await readKeyFile(reference, process.env)).includes('PRIVATE KEY-----')) {
    return loadPublicKey(reference, { env: process.env })
  }
  const signer = await openWithPassword({ what: reference }, (password) =>
    loadSigner(reference, { password, env: process.env }),
  )
  return signer.publicKey
}
