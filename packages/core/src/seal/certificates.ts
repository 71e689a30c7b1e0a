import { buildChain, type Certificate, recallCertificate, verifyScts } from '../fulcio/index.ts'
import { requestCertificate } from '../fulcio/signing.ts'
import { isSealwaxError, SealwaxError } from '../errors.ts'
import type { IdentityToken } from '../identity/index.ts'
import { publicKeyPem } from '../keys/index.ts'
import type { Signer } from '../keys/signing.ts'
import type { TrustedRoot } from '../trust/index.ts'
import { type Deadline, patienceOf } from './client.ts'
import type { Patience, SealerOptions } from './options.ts'
import { openWaiting } from './patience.ts'
import { distrusted } from './receipt.ts'

export interface CertificateSource {
  /** Gets the identity for the next certificate, if one is needed. The deadline stands while a person is asked for consent. */
  prepare(deadline: Deadline): Promise<void>
  /** A certificate that lives long enough for a signature begun now. Callers at the same time share one request. */
  current(deadline: Deadline): Promise<Certificate>
}

interface Parts {
  readonly identity: (patience: Patience) => Promise<IdentityToken>
  readonly signer: Signer
  /** The base address of the certificate authority. */
  readonly url: string
  readonly trustedRoot: TrustedRoot
}

const givenUp: ReadonlySet<string> = new Set(['CANCELLED', 'SERVICE_TIMEOUT'])

/**
 * One certificate for all signatures: asked for when the first one needs it, asked for again before it ends. Each costs a
 * place in a public log, and authorities limit how many one may have.
 */
export function openCertificates(parts: Parts, options: SealerOptions): CertificateSource {
  // Made now, when nobody waits for it.
  const publicKey = publicKeyPem(parts.signer.publicKey)
  const now = options.now ?? ((): Date => new Date())
  let held: { readonly certificate: Certificate; readonly until: number } | undefined
  let identified: Promise<IdentityToken> | undefined
  let pending: Promise<Certificate> | undefined
  const fresh = (): Certificate | undefined => (held && now().getTime() < held.until ? held.certificate : undefined)

  const waiting = openWaiting()
  const identify = (): Promise<IdentityToken> => {
    options.onStep?.('identity')
    return parts.identity(waiting.patience)
  }
  const identityUnder = (deadline: Deadline): Promise<IdentityToken> =>
    waiting.wait(deadline, () => (identified ??= identify()))
  const ask = async (deadline: Deadline): Promise<Certificate> => {
    const identity = await identityUnder(deadline)
    options.onStep?.('certificate')
    const [leaf = Buffer.alloc(0)] = await requestCertificate({
      ...parts,
      publicKey,
      identity,
      deadline,
      network: options.network,
    })
    const certificate = checkReceived(leaf, parts, now())
    held = { certificate, until: now().getTime() + usableFor(certificate, patienceOf(options)) }
    return certificate
  }
  // Neither a failure nor a used token is kept.
  return {
    async prepare(deadline) {
      if (fresh()) return
      await identityUnder(deadline).catch((error: unknown) => {
        identified = undefined
        throw error
      })
    },
    async current(deadline) {
      const certificate = fresh()
      if (certificate) return certificate
      const isMine = pending === undefined
      pending ??= ask(deadline).finally(() => (pending = identified = undefined))
      return pending.catch((error: unknown) => {
        // Whoever asked needs none any more, or had less time; this signature has its own.
        if (isMine || deadline.signal.aborted || !isSealwaxError(error) || !givenUp.has(error.code)) throw error
        return this.current(deadline)
      })
    },
  }
}

/**
 * How long after its receipt a signature may still begin: the witnesses must be able to answer while it is valid. Counted
 * from the receipt, so that a clock that is wrong by minutes does not mean a certificate for every signature.
 */
function usableFor({ notBefore, notAfter }: Certificate, patience: number): number {
  const lifetime = notAfter.getTime() - notBefore.getTime()
  return lifetime - Math.min(patience, lifetime / 2)
}

/** Our key, a chain to the trusted root, not ended, and seen by a log that the trusted root names, where it names any. */
function checkReceived(leaf: Buffer, { signer, url, trustedRoot }: Parts, now: Date): Certificate {
  try {
    const certificate = recallCertificate(leaf)
    if (!certificate.publicKey.equals(signer.publicKey)) throw wrong('it is for another key than ours')
    if (certificate.notAfter <= now)
      throw wrong(
        'it has ended',
        `a certificate that is valid at ${now.toISOString()}`,
        certificate.notAfter.toISOString(),
      )
    const [, issuer] = buildChain(certificate, trustedRoot.certificateAuthorities, certificate.notBefore)
    if (
      trustedRoot.ctLogs.length > 0 &&
      issuer &&
      verifyScts(certificate, issuer, trustedRoot.ctLogs).verified.length === 0
    )
      throw wrong('no certificate transparency log of the trusted root has seen it')
    return certificate
  } catch (cause) {
    throw distrusted('the certificate', 'Fulcio', url, cause)
  }
}

const wrong = (message: string, expected?: string, found?: string): SealwaxError =>
  new SealwaxError('CERTIFICATE_INVALID', message, { expected, found })
