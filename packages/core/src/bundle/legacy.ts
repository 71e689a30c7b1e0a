import type { Bundle, TransparencyLogEntry } from '@sigstore/bundle'
import { base64Decode, type Members, type MessageReader, parseJson, pemDecode } from '../encoding/index.ts'
import { isSealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { type LoggedBody, readBody } from '../rekor/index.ts'

/** What cosign called a bundle before version 3 (`LocalSignedPayload`): a signature, and what goes with it. */
const names = ['base64Signature', 'cert', 'rekorBundle']

/** Whether a file is in cosign's older format: it has a signature where the others have a media type. */
export function isLegacy(json: unknown): json is Members {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && Object.hasOwn(json, 'base64Signature')
}

/**
 * cosign's older format as a bundle of version 0.1, whose parts it has: a log entry with a promise and no proof. The digest of
 * a message is the one that the entry names; without an entry there is none.
 */
export function readLegacy(
  read: MessageReader,
  json: Members,
  readEnvelope: (value: Members) => Extract<Bundle['content'], { $case: 'dsseEnvelope' }>['dsseEnvelope'],
): Bundle {
  const members = read.object(json, 'bundle', names)
  const signature = read.bytes(members['base64Signature'], 'base64Signature')
  if (signature.length === 0) throw read.fail('base64Signature', 'a signature in base64', 'nothing')
  const entry = readRekorBundle(read, members['rekorBundle'])
  const envelope = envelopeIn(signature)
  const digest = entry?.body.digest.of === 'message' ? entry.body.digest : undefined
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      content: readSigner(read, members['cert']),
      tlogEntries: entry === undefined ? [] : [entry.entry],
      timestampVerificationData: undefined,
    },
    content:
      envelope === undefined
        ? {
            $case: 'messageSignature',
            messageSignature: {
              messageDigest: {
                algorithm: hashNumbers[digest?.hash ?? 'sha256'],
                digest: digest?.value ?? Buffer.of(),
              },
              signature,
            },
          }
        : {
            $case: 'dsseEnvelope',
            dsseEnvelope: readEnvelope(
              read.object(envelope, 'base64Signature', ['payload', 'payloadType', 'signatures']),
            ),
          },
  }
}

/** `HashAlgorithm` of sigstore_common.proto. */
const hashNumbers = { sha256: 1, sha384: 2, sha512: 3 } as const

/**
 * A statement was signed as an envelope, and the whole of it stands where a signature would. A brace alone does not make one:
 * one in 256 signatures by RSA or Ed25519 begins with that byte.
 */
function envelopeIn(signature: Buffer): unknown {
  if (signature[0] !== 0x7b) return undefined
  try {
    return parseJson(signature, 'the envelope in base64Signature', limits.bundle)
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    return undefined
  }
}

/** A certificate, PEM once more in base64; or nothing, or a public key, which says no more than that a key signed. */
function readSigner(read: MessageReader, value: unknown): Bundle['verificationMaterial']['content'] {
  const blocks = read.text(value, 'cert') === '' ? [] : pemIn(read, value)
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE').map(({ der }) => ({ rawBytes: der }))
  if (certificates.length < blocks.length && (blocks.length > 1 || blocks[0]?.label !== 'PUBLIC KEY'))
    throw read.fail('cert', 'certificates or a public key', 'another PEM block')
  if (certificates.length > limits.certificates)
    throw read.fail('cert', `at most ${limits.certificates} certificates`, `${certificates.length}`)
  if (certificates.length === 0) return { $case: 'publicKey', publicKey: { hint: '' } }
  return { $case: 'x509CertificateChain', x509CertificateChain: { certificates } }
}

function pemIn(read: MessageReader, value: unknown): ReturnType<typeof pemDecode> {
  const text = read.text(value, 'cert')
  try {
    return pemDecode(text.startsWith('-----') ? text : base64Decode(text).toString('latin1'))
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    throw read.fail('cert', 'PEM in base64', `${text.length} characters of something else`)
  }
}

/** Rekor's signed entry timestamp and what it covers. */
function readRekorBundle(
  read: MessageReader,
  value: unknown,
): { readonly entry: TransparencyLogEntry; readonly body: LoggedBody } | undefined {
  const bundle = read.optional(value, 'rekorBundle', ['SignedEntryTimestamp', 'Payload'])
  if (bundle === undefined) return undefined
  const payload = read.object(bundle['Payload'], 'Payload', ['body', 'integratedTime', 'logIndex', 'logID'])
  const signedEntryTimestamp = read.bytes(bundle['SignedEntryTimestamp'], 'SignedEntryTimestamp')
  if (signedEntryTimestamp.length === 0) throw read.fail('SignedEntryTimestamp', 'a signature in base64', 'nothing')
  const canonicalizedBody = read.bytes(payload['body'], 'Payload.body')
  const body = bodyOf(read, canonicalizedBody)
  const entry: TransparencyLogEntry = {
    logIndex: read.integer(payload['logIndex'], 'Payload.logIndex'),
    logId: { keyId: read.hex(payload['logID'], 'Payload.logID') },
    kindVersion: { kind: body.kind, version: body.version },
    integratedTime: read.integer(payload['integratedTime'], 'Payload.integratedTime'),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: undefined,
    canonicalizedBody,
  }
  return { entry, body }
}

function bodyOf(read: MessageReader, bytes: Buffer): LoggedBody {
  try {
    return readBody(bytes)
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    throw read.fail('Payload.body', error.expected ?? 'a log entry', error.found ?? 'something else')
  }
}
