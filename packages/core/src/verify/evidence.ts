import type { FulcioExtensions, SubjectAlternativeName } from '../fulcio/index.ts'
import type { Statement } from '../statement/index.ts'
import type { Subject } from '../subject/index.ts'

export type HashName = 'sha256' | 'sha384' | 'sha512'

/**
 * What a bundle shows. Plain data: `JSON.stringify` prints all of it. Nothing is in it that was not verified, but `failures`
 * and the media type, which no signature covers.
 */
export interface Evidence {
  readonly bundle: { readonly mediaType: string; readonly content: 'message-signature' | 'dsse' }
  /** Whether the signature is the signer's. When it is not, the rest says nothing about who signed. */
  readonly signed: boolean
  readonly signer: EvidenceSigner
  /**
   * Moments at which the signature was seen, each vouched for by a witness. When there is none, a certificate was checked
   * against the time that the verifier was given.
   */
  readonly times: readonly EvidenceTime[]
  readonly entries: readonly EvidenceEntry[]
  /** Certificate transparency: the logs that saw the certificate. */
  readonly scts: readonly { readonly log: string; readonly url: string; readonly time: Date }[]
  /** What the signature covers: the message's digest (without a name), or the statement's subjects. */
  readonly subjects: readonly Subject[]
  readonly statement?: Statement
  readonly artifact: 'matched' | 'not-given' | 'mismatch'
  /** What was there and is wrong. With any of them the bundle must not be accepted, whatever the policy. */
  readonly failures: readonly Failure[]
  /** What could not be checked because nobody trusted is known to have made it. It counts for nothing. */
  readonly unknown: readonly { readonly check: 'log' | 'timestamp' | 'sct' | 'witness'; readonly message: string }[]
}

export type EvidenceSigner =
  /** The key that was given, under the hint that cosign would give it; without one, both are empty. */
  | { readonly kind: 'key'; readonly hint: string; readonly pem: string | undefined }
  /** A certificate that cannot be read, or that does not name one identity: `failures` says which. */
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'certificate'
      readonly subjectAlternativeName: SubjectAlternativeName
      /** The OIDC issuer. */
      readonly issuer: string | undefined
      readonly extensions: FulcioExtensions
      readonly notBefore: Date
      readonly notAfter: Date
      readonly serial: string
    }

export interface EvidenceTime {
  readonly time: Date
  readonly source: 'timestamp-authority' | 'transparency-log'
  readonly authority: string
}

export interface EvidenceEntry {
  /** The log's id, in base64. */
  readonly log: string
  readonly url: string
  readonly origin?: string
  readonly index: string
  readonly integratedTime?: Date
  readonly inclusion: 'proof' | 'promise' | 'both'
  /** Kind and version: `dsse 0.0.1`. */
  readonly kind: string
  /** Known witnesses that cosigned the log's checkpoint, each once: that the log showed them the same tree, and when. */
  readonly cosignatures: readonly { readonly witness: string; readonly time: Date }[]
}

export type FailureCode =
  | 'SIGNATURE_INVALID'
  | 'KEY_MISSING'
  | 'KEY_EXPECTED'
  | 'KEY_UNSUPPORTED'
  | 'KEY_NOT_IN_USE'
  | 'CERTIFICATE_INVALID'
  | 'SCT_INVALID'
  | 'LOG_ENTRY_INVALID'
  | 'TIMESTAMP_INVALID'
  | 'STATEMENT_INVALID'
  | 'ARTIFACT_MISSING'
  | 'ARTIFACT_MISMATCH'

export interface Failure {
  readonly check: 'signature' | 'certificate' | 'sct' | 'log' | 'timestamp' | 'statement' | 'subject'
  readonly code: FailureCode
  readonly message: string
  readonly expected?: string
  readonly found?: string
}
