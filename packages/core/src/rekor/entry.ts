import { hash, timingSafeEqual } from 'node:crypto'
import type { TransparencyLogEntry } from '@sigstore/bundle'
import { SealwaxError } from '../errors.ts'
import { canonicalJson, preAuthEncoding, readDer, shownName } from '../encoding/index.ts'
import { isWithin, type LogKey } from '../fulcio/index.ts'
import type { Algorithm } from '../keys/index.ts'
import { type HashName, type LoggedBody, readBody } from './body.ts'
import { parseCheckpoint, verifyCheckpoint } from './checkpoint.ts'
import { leafHash, rootFromProof } from './proof.ts'
import { verifySet } from './set.ts'
import { checkCosignatures, type CheckedCosignatures, type Cosignature, type WitnessKey } from './witness.ts'

/** What the entry must speak of: the very signature, signer and content that are being verified. */
export interface LoggedContent {
  readonly signature: Uint8Array
  /** The signer's certificate (DER), or public key (SPKI, DER). */
  readonly verifier: Uint8Array
  readonly algorithm: Algorithm
  readonly content:
    | { readonly kind: 'message'; readonly hash: HashName; readonly digest: Uint8Array }
    | { readonly kind: 'envelope'; readonly payloadType: string; readonly payload: Uint8Array }
}

/** An entry of which everything that is there was checked. */
export interface VerifiedEntry {
  /** The log's id, in base64. */
  readonly log: string
  readonly url: string
  /** The log's name in its checkpoint. */
  readonly origin?: string
  readonly index: string
  /** Only when the log signed it: the promise covers it, an inclusion proof does not. */
  readonly integratedTime?: Date
  readonly inclusion: 'proof' | 'promise' | 'both'
  /** Kind and version of the entry: `dsse 0.0.1`. */
  readonly kind: string
  /** Witnesses that cosigned the checkpoint, and names under signatures there whose keys are not known. */
  readonly cosignatures: readonly Cosignature[]
  readonly unknownWitnesses: readonly string[]
}

/** What Rekor v2 calls the algorithm of a key, by number in `PublicKeyDetails` of sigstore_common.proto. */
export const keyDetails: Readonly<Record<number, string>> = {
  5: 'PKIX_ECDSA_P256_SHA_256',
  12: 'PKIX_ECDSA_P384_SHA_384',
  13: 'PKIX_ECDSA_P521_SHA_512',
  // A digest is all that Rekor v2 is given, so an Ed25519 key signs there with Ed25519ph.
  7: 'PKIX_ED25519_PH',
  9: 'PKIX_RSA_PKCS1V15_2048_SHA256',
  10: 'PKIX_RSA_PKCS1V15_3072_SHA256',
  11: 'PKIX_RSA_PKCS1V15_4096_SHA256',
}

/**
 * Verifies one entry against the log that it names: the promise and the proof, each when it is there and at least one,
 * and that the entry is about `expected` and nothing else. Signatures of `witnesses` under the checkpoint are verified too.
 * @throws SealwaxError `ENTRY_INVALID`
 */
export function verifyEntry(
  entry: TransparencyLogEntry,
  log: LogKey,
  expected: LoggedContent,
  witnesses: readonly WitnessKey[] = [],
): VerifiedEntry {
  const body = readBody(entry.canonicalizedBody)
  const { kind, version } = entry.kindVersion
  if (body.kind !== kind || body.version !== version)
    throw invalid('the entry is not of the kind that it says', {
      expected: `${kind} ${version}`.slice(0, 60),
      found: `${body.kind} ${body.version}`,
    })
  // Rekor v2 logs what it makes of a request, in the one form of RFC 8785: from that form a verifier can make it again.
  if (isVersion2(body) && !isCanonical(entry.canonicalizedBody)) throw invalid('the entry is not canonical JSON', {})
  compare(body, expected)
  const isPromised = entry.inclusionPromise !== undefined
  const isProven = entry.inclusionProof !== undefined
  if (!isPromised && !isProven) throw invalid('the entry has neither an inclusion promise nor an inclusion proof', {})
  const integratedTime = isPromised ? checkPromise(entry, log, body) : undefined
  const proven = isProven ? checkProof(entry, log, body, witnesses) : undefined
  return {
    log: log.id,
    url: log.url,
    ...(proven === undefined ? {} : { origin: proven.origin }),
    // The promise covers the index in the whole log; without one only the place in the tree is proven.
    index: isPromised ? entry.logIndex : (entry.inclusionProof?.logIndex ?? entry.logIndex),
    ...(integratedTime === undefined ? {} : { integratedTime }),
    inclusion: isPromised && isProven ? 'both' : isProven ? 'proof' : 'promise',
    kind: `${body.kind} ${body.version}`,
    cosignatures: proven?.verified ?? [],
    unknownWitnesses: proven?.unknown ?? [],
  }
}

function checkPromise(entry: TransparencyLogEntry, log: LogKey, body: LoggedBody): Date {
  if (isVersion2(body)) throw invalid('the entry has an inclusion promise, which Rekor v2 does not give', {})
  const time = new Date(Number(entry.integratedTime) * 1000)
  if (!isWithin(log.validFor, time))
    throw invalid("the entry's time lies outside the time in which its log was in use", {
      expected: `${log.url} from ${log.validFor.start.toISOString()} to ${log.validFor.end?.toISOString() ?? 'today'}`,
      found: Number.isNaN(time.getTime()) ? 'no time' : time.toISOString(),
    })
  if (!verifySet(entry, log)) throw invalid('the inclusion promise is not signed by the log', { expected: log.url })
  return time
}

function checkProof(
  entry: TransparencyLogEntry,
  log: LogKey,
  body: LoggedBody,
  witnesses: readonly WitnessKey[],
): CheckedCosignatures & { readonly origin: string } {
  const proof = entry.inclusionProof
  // A Rekor v2 log is one tree; in Rekor v1 the index counts over all trees that the log ever had.
  if (isVersion2(body) && entry.logIndex !== proof?.logIndex)
    throw invalid('the entry names another index than its inclusion proof', {})
  const checkpoint = parseCheckpoint(proof?.checkpoint?.envelope ?? '')
  const rekor = isVersion2(body) ? 2 : 1
  if (proof === undefined || !verifyCheckpoint(checkpoint, log, rekor))
    throw invalid("the entry's checkpoint is not signed by the log", {
      expected: log.url,
      found: shownName(checkpoint.origin),
    })
  const leaf = leafHash(entry.canonicalizedBody)
  const root = rootFromProof(leaf, BigInt(proof.logIndex), BigInt(proof.treeSize), proof.hashes)
  // Three roots must be one: what the proof leads to, what the entry says, and the only one of them that is signed.
  const isIncluded =
    root !== undefined &&
    root.equals(proof.rootHash) &&
    root.equals(checkpoint.root) &&
    BigInt(proof.treeSize) === checkpoint.size
  if (!isIncluded) throw invalid('the inclusion proof does not lead to the root that the log signed', {})
  return { origin: checkpoint.origin, ...checkCosignatures(checkpoint, log, rekor, witnesses) }
}

function isVersion2({ kind, version }: LoggedBody): boolean {
  return kind === 'hashedrekord' && version === '0.0.2'
}

function isCanonical(body: Buffer): boolean {
  return canonicalJson(JSON.parse(body.toString())) === body.toString()
}

function compare(body: LoggedBody, expected: LoggedContent): void {
  if (!equal(body.signature, expected.signature)) throw invalid('the entry is about another signature', {})
  // Without this, an entry for one certificate would witness another: whoever watches the log would see the wrong signer.
  if (!equal(body.verifier, expected.verifier) || body.isCertificate !== isCertificate(expected.verifier))
    throw invalid('the entry names another certificate or key than the bundle', {})
  if (body.keyDetails !== undefined && body.keyDetails !== keyDetails[expected.algorithm.keyDetails])
    throw invalid('the entry names another signature algorithm', {
      expected: keyDetails[expected.algorithm.keyDetails] ?? expected.algorithm.name,
      found: body.keyDetails.slice(0, 60),
    })
  const digest = expectedDigest(body, expected)
  if (digest === undefined)
    throw invalid('the entry is of a kind that does not fit the bundle', { found: `${body.kind} ${body.version}` })
  if (digest.hash !== body.digest.hash || !equal(body.digest.value, digest.value))
    throw invalid('the entry is about other content', {
      expected: `${digest.hash}:${digest.value.toString('hex')}`,
      found: `${body.digest.hash}:${body.digest.value.toString('hex').slice(0, 128)}`,
    })
}

/** What begins with a version in a tag of its own is a certificate; a public key begins with its algorithm (RFC 5280 section 4.1). */
function isCertificate(der: Uint8Array): boolean {
  return readDer(der).children()[0]?.children()[0]?.tag === 0xa0
}

function expectedDigest(
  body: LoggedBody,
  { content, algorithm }: LoggedContent,
): { hash: HashName; value: Buffer } | undefined {
  // Ed25519 keys sign SHA-512 digests there (Ed25519ph); all others have one hash that goes with them.
  const own = algorithm.hash ?? 'sha512'
  if (content.kind === 'message') {
    if (body.digest.of !== 'message') return undefined
    return { hash: isVersion2(body) ? own : content.hash, value: Buffer.from(content.digest) }
  }
  if (body.digest.of === 'payload') {
    const name = body.digest.hash
    return { hash: name, value: hash(name, content.payload, 'buffer') }
  }
  // Rekor v2 logs an envelope as the hash of what its signature covers; Rekor v1 has kinds of their own for envelopes.
  if (!isVersion2(body)) return undefined
  return { hash: own, value: hash(own, preAuthEncoding(content.payloadType, content.payload), 'buffer') }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

function invalid(message: string, details: { expected?: string; found?: string }): SealwaxError {
  return new SealwaxError('ENTRY_INVALID', message, details)
}
