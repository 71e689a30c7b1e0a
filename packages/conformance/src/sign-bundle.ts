import { bundleJson, fileChunks, limits, parseStatement, PAYLOAD_TYPE, writeAtomically } from '@sealwax/core'
import { createSealer } from '@sealwax/core/session'
import type { SignCommand } from './arguments.ts'
import type { Environment } from './client.ts'
import { readSmall } from './file.ts'

/** Signs one file keyless and writes its bundle, whole or not at all. @throws SealwaxError */
export async function signBundle(command: SignCommand, env: Environment): Promise<void> {
  const { identityToken, trustedRoot, signingConfig, staging, inToto, file } = command
  // Before anything is asked for: a statement that is none must not end up in a public log.
  const statement = inToto ? readStatement(file) : undefined
  const sealer = await createSealer({ identityToken, trustedRoot, signingConfig, staging, env })
  const bundle =
    statement === undefined
      ? await sealer.sealMessage(fileChunks(file))
      : await sealer.sealEnvelope(PAYLOAD_TYPE, statement)
  writeAtomically(command.bundle, `${bundleJson(bundle)}\n`)
}

/** The statement's own bytes, not written anew: they are what is signed. */
function readStatement(file: string): Buffer {
  const bytes = readSmall(file, limits.payload)
  parseStatement(bytes)
  return bytes
}
