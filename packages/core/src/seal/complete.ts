import type { Bundle, Material, Witnesses } from '../bundle/index.ts'
import { isSealwaxError, SealwaxError } from '../errors.ts'
import type { Certificate } from '../fulcio/index.ts'
import { publicKeyHint } from '../keys/index.ts'
import type { Signer } from '../keys/signing.ts'
import type { LoggedContent } from '../rekor/index.ts'
import type { ProposedEntry, Verifier } from '../rekor/signing.ts'
import { type Deadline, withDeadline } from './client.ts'
import type { SealerOptions, SignedContent } from './options.ts'
import type { Pen } from './pen.ts'
import { collectWitnesses } from './witnesses.ts'

/** What differs between a message and an envelope. */
export interface Shape {
  readonly proposed: (verifier: Verifier) => ProposedEntry
  readonly logged: LoggedContent['content']
  readonly bundle: (material: Material, witnesses: Witnesses) => Bundle
  readonly signed: SignedContent | undefined
}

/** From a signature to a bundle: certificate, witnesses, and the check without which nothing is handed out. */
export async function complete(pen: Pen, options: SealerOptions, signature: Buffer, shape: Shape): Promise<Bundle> {
  await pen.certificates?.prepare()
  const bundle = await withDeadline(options, async (deadline) => {
    const certificate = await pen.certificates?.current(deadline)
    const witnesses = await witnessed(certificate, pen.signer, signature, shape, options, deadline)
    return shape.bundle(materialOf(certificate, pen.signer), witnesses)
  })
  await selfCheck(bundle, shape.signed, options)
  return bundle
}

function witnessed(
  certificate: Certificate | undefined,
  { publicKey, algorithm }: Signer,
  signature: Buffer,
  shape: Shape,
  { services, trustedRoot, onStep }: SealerOptions,
  deadline: Deadline,
): Promise<Witnesses> {
  const proposed = shape.proposed(certificate ? { certificate: certificate.der } : { publicKey })
  const verifier = certificate?.der ?? publicKey.export({ type: 'spki', format: 'der' })
  const logged = { signature, verifier, algorithm, content: shape.logged }
  return collectWitnesses({ proposed, logged }, { services, trustedRoot, deadline, onStep })
}

const materialOf = (certificate: Certificate | undefined, { publicKey }: Signer): Material =>
  certificate ? { certificate: certificate.der } : { publicKeyHint: publicKeyHint(publicKey) }

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
