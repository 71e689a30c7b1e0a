import { AsnConvert } from '@peculiar/asn1-schema'
import { TimeStampReq } from '@peculiar/asn1-tsp'
import { asBase64, asObject, asText, Refusal, type Call } from '../http/service.ts'

export interface TimestampRequest {
  /** OID of the hash */
  readonly algorithm: string
  readonly digest: Buffer
  /** content octets of the INTEGER */
  readonly nonce: Buffer | undefined
  readonly wantsCertificate: boolean
}

const HASHES: Readonly<Record<string, { readonly oid: string; readonly bytes: number }>> = {
  sha256: { oid: '2.16.840.1.101.3.4.2.1', bytes: 32 },
  sha384: { oid: '2.16.840.1.101.3.4.2.2', bytes: 48 },
  sha512: { oid: '2.16.840.1.101.3.4.2.3', bytes: 64 },
}
/** The policy of Sigstore's timestamp authority; the only one there is. */
export const POLICY = '1.3.6.1.4.1.57264.2'
const MAX_JSON_BYTES = 1024
const MAX_DER_BYTES = 64 * 1024
/** A token must hold any nonce it is sent, but nobody needs more than 32 octets. */
const MAX_NONCE_BYTES = 32

/** Reads a request as DER (RFC 3161, 2.4.1) or as the JSON that Sigstore's timestamp authority takes as well. */
export function readRequest(call: Call): TimestampRequest {
  const type = call.header('content-type').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/timestamp-query') return check(readDer(call.body))
  if (type === 'application/json') return check(readJsonRequest(call.body))
  throw new Refusal(
    415,
    `unsupported media type "${type ?? ''}", only [application/timestamp-query application/json] are allowed`,
  )
}

interface Parsed extends TimestampRequest {
  readonly policy: string | undefined
}

function readDer(body: Buffer): Parsed {
  if (body.length > MAX_DER_BYTES) throw new Refusal(400, 'the timestamp request is too large')
  let request: TimeStampReq
  try {
    request = AsnConvert.parse(body, TimeStampReq)
  } catch {
    throw new Refusal(400, 'the timestamp request is not DER')
  }
  // RFC 3161, 2.4.1: what is critical and unknown must be refused; this authority knows no extension at all.
  if (request.extensions !== undefined) throw new Refusal(400, 'extensions are not accepted')
  return {
    algorithm: request.messageImprint.hashAlgorithm.algorithm,
    digest: Buffer.from(request.messageImprint.hashedMessage.buffer),
    nonce: request.nonce === undefined ? undefined : Buffer.from(request.nonce),
    wantsCertificate: request.certReq,
    policy: request.reqPolicy,
  }
}

function readJsonRequest(body: Buffer): Parsed {
  if (body.length > MAX_JSON_BYTES)
    throw new Refusal(400, `the timestamp request is larger than ${MAX_JSON_BYTES} bytes`)
  let nonce: Buffer | undefined
  let parsed: unknown
  try {
    // A nonce may have more digits than a double keeps; the source text has them all.
    parsed = JSON.parse(body.toString(), (key, value: unknown, context?: { source?: string }) => {
      if (key === 'nonce' && typeof value === 'number') nonce = integerOctets(BigInt(context?.source ?? value))
      return value
    })
  } catch {
    throw new Refusal(400, 'the timestamp request is not JSON, or its nonce not an integer')
  }
  const request = asObject(parsed, 'the timestamp request')
  const name = asText(request['hashAlgorithm'], 'hashAlgorithm').toLowerCase()
  const policy = request['tsaPolicyOID']
  return {
    algorithm: HASHES[name]?.oid ?? name,
    digest: asBase64(request['artifactHash'], 'artifactHash'),
    nonce,
    wantsCertificate: request['certificates'] === true,
    policy: typeof policy === 'string' && policy !== '' ? policy : undefined,
  }
}

function check(request: Parsed): TimestampRequest {
  const hash = Object.values(HASHES).find(({ oid }) => oid === request.algorithm)
  if (hash === undefined) throw new Refusal(400, 'the hash algorithm must be SHA-256, SHA-384 or SHA-512')
  if (request.digest.length !== hash.bytes)
    throw new Refusal(400, `the digest must have ${hash.bytes} bytes, it has ${request.digest.length}`)
  if (request.policy !== undefined && request.policy !== POLICY) throw new Refusal(400, `the policy must be ${POLICY}`)
  if ((request.nonce?.length ?? 0) > MAX_NONCE_BYTES)
    throw new Refusal(400, `the nonce is larger than ${MAX_NONCE_BYTES} bytes`)
  return request
}

/** Two's complement, as short as it gets: the content of a DER INTEGER. */
function integerOctets(value: bigint): Buffer {
  if (value < 0n) throw new RangeError('negative')
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes])
}
