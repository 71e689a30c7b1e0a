// import-key-pair: a PEM private key from elsewhere, encrypted as cosign does.
import type { Declare } from './index.ts'
import { examples } from '../report/help.ts'
import type { KeyFileOptions } from '../signing/key-files.ts'

interface Options extends KeyFileOptions {
  readonly key?: string
}

export const declare: Declare = (command) => {
  command
    .description(
      'Encrypt a PEM private key (PKCS#8, PKCS#1 or SEC1; P-256, P-384, P-521, Ed25519, RSA 2048 to 4096) ' +
        'with a password, and write PREFIX.key and PREFIX.pub.',
    )
    .option('-k, --key <file>', 'the private key to import: a file or env://VARIABLE')
    .option('-o, --output-key-prefix <prefix>', 'the name of the files, without .key and .pub', 'import-cosign')
    .option('-y, --yes', 'overwrite existing files without asking')
    .addHelpText('after', examples('sealwax import-key-pair --key openssl.pem --output-key-prefix release'))
    .action(async (options: Options) => {
      const { requireOption } = await import('../flags/require.ts')
      const key = requireOption(options.key, '--key', 'the private key to import')
      const { writeNewKeyPair } = await import('../signing/key-files.ts')
      const { openWithPassword } = await import('../signing/password.ts')
      const { loadPrivateKey } = await import('@sealwax/core')
      const open = (): ReturnType<typeof loadPrivateKey> =>
        openWithPassword({ what: key }, (password) => loadPrivateKey(key, { password, env: process.env }))
      await writeNewKeyPair(open, options)
    })
}
