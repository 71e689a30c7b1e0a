import { timingSafeEqual } from 'node:crypto'
import type { Bundle } from '../bundle/index.ts'
import { preAuthEncoding } from '../encoding/index.ts'
import { isSealwaxError } from '../errors.ts'
import { type Algorithm, verifySignature } from '../keys/index.ts'
import { parseStatement, PAYLOAD_TYPE, type Statement } from '../statement/index.ts'
import type { Subject } from '../subject/index.ts'
import type { Artifact } from './artifact.ts'
import type { Evidence, HashName } from './evidence.ts'
import type { Findings } from './findings.ts'
import type { ResolvedSigner } from './signer.ts'

interface CheckedContent {
  readonly signed: boolean
  readonly subjects: readonly Subject[]
  readonly statement?: Statement
  readonly artifact: Evidence['artifact']
}

/** `HashAlgorithm` of sigstore_common.proto. */
export const hashNames: Readonly<Record<number, HashName>> = { 1: 'sha256', 2: 'sha384', 3: 'sha512' }
const strongHashes: readonly HashName[] = ['sha256', 'sha384', 'sha512']

/** The signature, and whether it covers the artifact. */
export function checkContent(
  bundle: Bundle,
  artifact: Artifact | undefined,
  signer: ResolvedSigner,
  findings: Findings,
): CheckedContent {
  const { content } = bundle
  return content.$case === 'dsseEnvelope'
    ? checkEnvelope(content.dsseEnvelope, artifact, signer, findings)
    : checkMessage(content.messageSignature, artifact, signer, findings)
}

type MessageSignature = Extract<Bundle['content'], { $case: 'messageSignature' }>['messageSignature']
type Envelope = Extract<Bundle['content'], { $case: 'dsseEnvelope' }>['dsseEnvelope']

function checkMessage(
  { messageDigest, signature }: MessageSignature,
  artifact: Artifact | undefined,
  { key: signer }: ResolvedSigner,
  findings: Findings,
): CheckedContent {
  // cosign's older format says nothing of the digest; the signature alone then ties it to the artifact.
  const isStated = messageDigest.digest.length > 0
  const hash = isStated ? (hashNames[messageDigest.algorithm] ?? 'sha256') : (signer?.algorithm.digest ?? 'sha256')
  const hex = messageDigest.digest.toString('hex')
  const subjects: Subject[] = isStated ? [{ name: '', digest: { [hash]: hex } }] : []
  if (artifact === undefined) {
    findings.fail(
      'subject',
      'ARTIFACT_MISSING',
      'a message signature can only be checked with the message or its digest',
    )
    return { signed: false, subjects, artifact: 'not-given' }
  }
  if (signer === undefined) return { signed: false, subjects, artifact: 'not-given' }
  // Signature first: it reads the content once for both.
  const signed = isMessageSigned(artifact, signer, hash, signature, findings)
  const actual = artifact.digest(hash)
  // The digest in the bundle is nobody's word but the file's; it must still be true, for others go by it.
  const isSame = actual !== undefined && (!isStated || equal(actual, messageDigest.digest))
  if (!isSame)
    findings.fail('subject', 'ARTIFACT_MISMATCH', 'the artifact is not what was signed', {
      expected: `${hash}:${hex}`,
      found: actual === undefined ? `no ${hash} digest` : `${hash}:${actual.toString('hex')}`,
    })
  else if (!signed && !findings.failures.some(({ check }) => check === 'signature'))
    findings.fail('signature', 'SIGNATURE_INVALID', 'the signature is not by this signer over this artifact')
  if (!signed || !isSame) return { signed: false, subjects, artifact: 'mismatch' }
  const digest = { [hash]: actual.toString('hex') }
  return { signed: true, subjects: [{ name: '', digest }], artifact: 'matched' }
}

/** The signature over the message itself; by an Ed25519 key also over its SHA-512 digest, as a log must have it. */
function isMessageSigned(
  artifact: Artifact,
  { key, algorithm }: NonNullable<ResolvedSigner['key']>,
  hash: HashName,
  signature: Uint8Array,
  findings: Findings,
): boolean {
  const isPlain = (): boolean =>
    hashings(algorithm, hash).some((one) => isSigned(findings, () => artifact.verify(one, key, signature)))
  if (algorithm.key.type !== 'ed25519' || hash !== 'sha512') return isPlain()
  // A prefix keeps Ed25519ph and plain Ed25519 apart (RFC 8032 section 5.1): neither can be taken for the other.
  const isPrehashed = artifact.verifyPrehashed(key, signature)
  if (isPrehashed === true || isPlain()) return true
  if (isPrehashed === undefined)
    findings.fail('signature', 'KEY_UNSUPPORTED', 'the signature may be of the kind Ed25519ph, which was not checked', {
      expected: 'what loadPrehashVerifier() loads, given with the artifact',
    })
  return false
}

function checkEnvelope(
  envelope: Envelope,
  artifact: Artifact | undefined,
  { key: signer }: ResolvedSigner,
  findings: Findings,
): CheckedContent {
  const [signature, ...others] = envelope.signatures
  const covered = preAuthEncoding(envelope.payloadType, envelope.payload)
  const signed =
    signer !== undefined &&
    signature !== undefined &&
    others.length === 0 &&
    hashings(signer.algorithm).some((algorithm) =>
      isSigned(findings, () => verifySignature(signer.key, algorithm, covered, signature.sig)),
    )
  if (!signed && !findings.failures.some(({ check }) => check === 'signature'))
    findings.fail('signature', 'SIGNATURE_INVALID', 'the signature is not by this signer over this envelope')
  const statement = readStatement(envelope, findings)
  const subjects = statement?.subject ?? []
  const matched = artifact !== undefined && subjects.some((subject) => isAbout(subject, artifact))
  if (artifact !== undefined && !matched)
    findings.fail('subject', 'ARTIFACT_MISMATCH', 'the artifact is not among the subjects of the statement', {
      expected: subjects.length === 1 ? describe(subjects[0]) : `one of ${subjects.length} subjects`,
      found: `sha256:${artifact.digest('sha256')?.toString('hex') ?? 'not known'}`,
    })
  return {
    signed,
    subjects,
    ...(statement === undefined ? {} : { statement }),
    artifact: artifact === undefined ? 'not-given' : matched ? 'matched' : 'mismatch',
  }
}

function readStatement({ payloadType, payload }: Envelope, findings: Findings): Statement | undefined {
  if (payloadType === PAYLOAD_TYPE)
    return findings.attempt('statement', 'STATEMENT_INVALID', () => parseStatement(payload))
  findings.fail('statement', 'STATEMENT_INVALID', 'the envelope does not hold an in-toto statement', {
    expected: PAYLOAD_TYPE,
    found: payloadType.slice(0, 100),
  })
  return undefined
}

/** Some strong digest is the artifact's, and none is another's. */
function isAbout({ digest }: Subject, artifact: Artifact): boolean {
  const outcomes = strongHashes.flatMap((name) => {
    const claimed = Object.hasOwn(digest, name) ? digest[name] : undefined
    const actual = claimed === undefined ? undefined : artifact.digest(name)
    return claimed === undefined || actual === undefined ? [] : [equal(actual, Buffer.from(claimed, 'hex'))]
  })
  return outcomes.length > 0 && outcomes.every(Boolean)
}

/**
 * The key's own algorithm, and for P-384 and P-521 the pair with SHA-256 that older clients signed with (sigstore-go and
 * cosign accept it too). What the bundle says about the hash decides only which is tried first.
 */
function hashings(algorithm: Algorithm, said?: HashName): Algorithm[] {
  const isLargeCurve = algorithm.key.type === 'ec' && algorithm.key.curve !== 'prime256v1'
  if (!isLargeCurve) return [algorithm]
  const older: Algorithm = { ...algorithm, hash: 'sha256', digest: 'sha256' }
  return said === 'sha256' ? [older, algorithm] : [algorithm, older]
}

function isSigned(findings: Findings, run: () => boolean): boolean {
  try {
    return run()
  } catch (error) {
    // An Ed25519 key and only a digest: not a bad signature, but one that cannot be checked this way.
    if (!isSealwaxError(error) || error.code !== 'KEY_UNSUPPORTED') throw error
    findings.fail(
      'signature',
      'KEY_UNSUPPORTED',
      error.message,
      error.expected === undefined ? {} : { expected: error.expected },
    )
    return false
  }
}

function describe(subject: Subject | undefined): string {
  const [pair] = Object.entries(subject?.digest ?? {})
  return pair === undefined ? 'no digest' : pair.join(':').slice(0, 200)
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
