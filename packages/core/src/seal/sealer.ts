import { type Bundle, envelopeBundle, messageBundle } from '../bundle/index.ts'
import { preAuthEncoding } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import type { Content, Signed } from '../keys/signing.ts'
import { requireLoggableBy } from '../rekor/signing.ts'
import { openNetwork, warmServices } from './client.ts'
import { complete, type Letter } from './complete.ts'
import { readWhole } from './content.ts'
import type { Sealer, SealerOptions } from './options.ts'
import { type Pen, penOf } from './pen.ts'

/**
 * Opens a sealer: one signer, one choice of services, one certificate for everything it signs. Without an identity it signs
 * by key; without an identity and without services it works offline.
 *
 * The ephemeral key of a keyless sealer lives as long as the sealer, because content may take longer to read than a
 * certificate lives: for a message it is asked for after that, for an envelope meanwhile, and both times renewed for that key.
 * @throws SealwaxError `USAGE`, `SIGNING_CONFIG_INVALID`, `TRUST_INVALID` when the options do not go together
 */
export function openSealer(given: SealerOptions): Sealer {
  const network = given.network ?? openNetwork()
  const options = { ...given, network }
  const pen = penOf(options)
  return {
    warm: () => warmServices(options.services, options.identity !== undefined, network, options.signal),
    sealMessage: (content) => sealMessage(content, pen, options),
    sealEnvelope: (payloadType, payload) => sealEnvelope(payloadType, payload, pen, options),
  }
}

async function sealMessage(given: Content, pen: Pen, options: SealerOptions): Promise<Bundle> {
  const { algorithm } = pen.signer
  requireLoggableBy(options.services.logs, algorithm, 'message')
  // Ed25519 cannot be checked from a digest, so the check needs the content once more.
  const content = algorithm.hash === undefined ? await readWhole(given) : given
  const { digest, signature } = await sign(content, pen, options)
  const hash = algorithm.digest
  return complete(pen, options, {
    signature,
    logged: { kind: 'message', hash, digest },
    bundle: (material, witnesses) => messageBundle({ digest, hash, signature, material, ...witnesses }),
    signed: { hash, digest, content: content instanceof Uint8Array ? content : undefined },
  })
}

async function sealEnvelope(
  payloadType: string,
  given: Uint8Array | Promise<Uint8Array>,
  pen: Pen,
  options: SealerOptions,
): Promise<Bundle> {
  // It may fail before anybody waits for it, and then this function has failed, or will.
  Promise.resolve(given).catch(() => undefined)
  requireLoggableBy(options.services.logs, pen.signer.algorithm, 'envelope')
  return complete(pen, options, signEnvelope(payloadType, given, pen, options))
}

async function signEnvelope(
  payloadType: string,
  given: Uint8Array | Promise<Uint8Array>,
  pen: Pen,
  options: SealerOptions,
): Promise<Letter> {
  const payload = await given
  const { signature } = await sign(preAuthEncoding(payloadType, payload), pen, options)
  return {
    signature,
    logged: { kind: 'envelope', payloadType, payload },
    bundle: (material, witnesses) => envelopeBundle({ payloadType, payload, signature, material, ...witnesses }),
    signed: undefined,
  }
}

function sign(content: Content, { signer }: Pen, { onStep, signal }: SealerOptions): Promise<Signed> {
  if (signal?.aborted) return Promise.reject(new SealwaxError('CANCELLED', 'signing was cancelled'))
  onStep?.('sign')
  return signer.sign(content)
}
