import type { Bundle } from '../bundle/index.ts'
import type { IdentityToken } from '../identity/index.ts'
import type { HashName } from '../keys/index.ts'
import type { Content, Signer } from '../keys/signing.ts'
import type { SelectedServices, TrustedRoot } from '../trust/index.ts'
import type { Network } from './client.ts'

/** What happens inside a signature, for a progress line. */
export type SealStep = 'identity' | 'certificate' | 'sign' | 'log' | 'timestamp' | 'check'

/** The time of the signatures that wait for an identity. */
export interface Patience {
  /** Milliseconds that are left to the one with the least; a service that is asked for the identity may take no more. */
  remaining(): number
  /** Their clocks stand, until `resume`: while a person is asked for consent. */
  pause(): void
  resume(): void
}

export interface SealerOptions {
  /** The key to sign with. Without one a new key is made for each certificate. */
  readonly signer?: Signer
  /** Who signs: asked once for each certificate. With it every bundle carries a certificate; without it `signer` is needed. */
  readonly identity?: (patience: Patience) => Promise<IdentityToken>
  /** Whom the services' answers are checked against. Only signing by key without any service does without it. */
  readonly trustedRoot?: TrustedRoot
  readonly services: SelectedServices
  /** Verifies a bundle before it is handed out, and throws when it does not verify. `signed` is absent for envelopes, which carry their content. */
  readonly check: (bundle: Bundle, signed: SignedContent | undefined) => void | Promise<void>
  readonly now?: () => Date
  /** How the services are reached; as the environment says unless something else is given. */
  readonly network?: Network
  /** Milliseconds that the services may take for one whole signature, certificate included; 120,000 by default. */
  readonly deadline?: number
  /** Ends everything that is under way with `CANCELLED`. */
  readonly signal?: AbortSignal
  readonly onStep?: (step: SealStep) => void
  /** Told, in words, what is odd and did not stop a signature: clocks that differ. */
  readonly onWarning?: (words: string) => void
}

/** What a message signature covers: the digest, and the bytes where they were at hand or are needed (Ed25519). */
export interface SignedContent {
  readonly hash: HashName
  readonly digest: Buffer
  readonly content: Uint8Array | undefined
}

export interface Sealer {
  /** Opens the connections to the services, quietly, so that the first signature is faster. */
  warm(): void
  /** Signs content as it is (cosign's sign-blob). It is read once. */
  sealMessage(content: Content): Promise<Bundle>
  /** Signs a DSSE envelope around `payload` (cosign's attest-blob). The certificate is asked for while a payload is being made. */
  sealEnvelope(payloadType: string, payload: Uint8Array | Promise<Uint8Array>): Promise<Bundle>
}
