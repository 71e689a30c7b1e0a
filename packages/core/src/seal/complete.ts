import type { Bundle, Material, Witnesses } from '../bundle/index.ts'
import { isSealwaxError, SealwaxError } from '../errors.ts'
import type { Certificate } from '../fulcio/index.ts'
import { publicKeyDer, publicKeyHint } from '../keys/index.ts'
import type { Signer } from '../keys/signing.ts'
import type { LoggedContent } from '../rekor/index.ts'
import type { Verifier } from '../rekor/signing.ts'
import { type Deadline, withClock, withDeadline } from './client.ts'
import type { SealerOptions, SignedContent } from './options.ts'
import type { Pen } from './pen.ts'
import { collectWitnesses } from './witnesses.ts'

/** What is signed; message and envelope differ in how. */
export interface Letter {
  readonly signature: Buffer
  readonly logged: LoggedContent['content']
  readonly bundle: (material: Material, witnesses: Witnesses) => Bundle
  readonly signed: SignedContent | undefined
}

/**
 * From a signature to a bundle: certificate, witnesses, and the check without which nothing is handed out. While the letter
 * is still being written, the certificate is asked for.
 */
export async function complete(pen: Pen, options: SealerOptions, given: Letter | Promise<Letter>): Promise<Bundle> {
  try {
    const bundle = await witnessedBundle(pen, options, given)
    const advice = options.network?.clocks.advice()
    if (advice !== undefined) options.onWarning?.(advice)
    return bundle
  } catch (error) {
    throw await withClock(error, options)
  }
}

async function witnessedBundle(pen: Pen, options: SealerOptions, given: Letter | Promise<Letter>): Promise<Bundle> {
  const { letter, bundle } = await withDeadline(options, async (deadline) => {
    const early = certify(pen, deadline).then(() => deadline.pause())
    const [letter] = await unlessCancelled(Promise.all([given, early]), options.signal)
    // Should the writing have taken longer than the certificate lives, there will be another one.
    const certificate = await certify(pen, deadline)
    const witnesses = await witnessed(certificate, pen.signer, letter, options, deadline)
    return { letter, bundle: letter.bundle(materialOf(certificate, pen.signer), witnesses) }
  })
  await selfCheck(bundle, letter.signed, options)
  return bundle
}

function witnessed(
  certificate: Certificate | undefined,
  { publicKey, algorithm }: Signer,
  { signature, logged: content }: Letter,
  options: SealerOptions,
  deadline: Deadline,
): Promise<Witnesses> {
  const spki = certificate?.der ?? publicKeyDer(publicKey)
  const logged = { signature, verifier: spki, algorithm, content }
  const verifier: Verifier = certificate ? { certificate: certificate.der } : { publicKey }
  return collectWitnesses({ logged, verifier }, options, deadline)
}

/** Writing may take long, and whoever waits for it may not want to any more. */
function unlessCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new SealwaxError('CANCELLED', 'signing was cancelled'))
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel))
  })
}

/** Only services are timed: the one that hands out identities too, but not a person who is asked for consent. */
async function certify({ certificates }: Pen, deadline: Deadline): Promise<Certificate | undefined> {
  deadline.resume()
  await certificates?.prepare(deadline)
  return certificates?.current(deadline)
}

const materialOf = (certificate: Certificate | undefined, { publicKey }: Signer): Material =>
  certificate ? { certificate: Buffer.from(certificate.der) } : { publicKeyHint: publicKeyHint(publicKey) }

/** Nothing leaves that others would refuse. */
async function selfCheck(bundle: Bundle, signed: SignedContent | undefined, options: SealerOptions): Promise<void> {
  options.onStep?.('check')
  try {
    await options.check(bundle, signed)
  } catch (cause) {
    const reason = isSealwaxError(cause) ? cause : undefined
    throw new SealwaxError(
      'SELF_CHECK_FAILED',
      `the new signature does not verify: ${reason?.message ?? 'the check failed'}`,
      {
        expected: reason?.expected,
        found: reason?.found,
        hint: reason?.hint ?? 'check that the trusted root, the signing config and the clock of this machine are right',
        cause,
      },
    )
  }
}
