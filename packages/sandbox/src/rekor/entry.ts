import { createHash } from 'node:crypto'
import { asBase64, asObject, asText, Refusal } from '../http/service.ts'
import type { HashName } from '../pki/index.ts'
import { canonicalJson } from './canonical.ts'
import { readVerifier, verifyDigest, verifyMessage, type Verifier } from './verifier.ts'

const DIGEST_BYTES: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 }
const API_VERSION = '0.0.1'

/** Verifies a proposed entry and returns its canonical body, byte for byte as Rekor v1 logs it. */
export async function admitEntry(proposed: Record<string, unknown>): Promise<Buffer> {
  const kind = asText(proposed['kind'], 'kind')
  const version = asText(proposed['apiVersion'], 'apiVersion')
  const spec = asObject(proposed['spec'], 'spec')
  if (kind !== 'hashedrekord' && kind !== 'dsse') throw new Refusal(422, `invalid kind value: ${JSON.stringify(kind)}`)
  if (version !== API_VERSION) {
    throw new Refusal(400, `error processing entry: ${kind} ${version} is not a kind of entry this sandbox knows`)
  }
  const canonical = kind === 'dsse' ? admitEnvelope(spec) : await admitHash(spec)
  return Buffer.from(canonicalJson({ apiVersion: API_VERSION, kind, spec: canonical }))
}

/** hashedrekord: a signature over a digest (rekor: pkg/types/hashedrekord). */
async function admitHash(spec: Record<string, unknown>): Promise<unknown> {
  const signature = asObject(spec['signature'], 'signature')
  const content = asBase64(signature['content'], 'signature.content')
  const verifier = readVerifier(
    asBase64(asObject(signature['publicKey'], 'signature.publicKey')['content'], 'signature.publicKey.content'),
  )
  const hash = asObject(asObject(spec['data'], 'data')['hash'], 'data.hash')
  const algorithm = asText(hash['algorithm'], 'data.hash.algorithm')
  const value = asText(hash['value'], 'data.hash.value')
  if (!/^[0-9a-fA-F]+$/.test(value) || value.length !== (DIGEST_BYTES[algorithm] ?? 0) * 2) {
    throw new Refusal(400, 'error processing entry: invalid value for hash')
  }
  if (!(await verifyDigest(verifier.key, algorithm as HashName, Buffer.from(value, 'hex'), content))) {
    throw new Refusal(400, 'error processing entry: verifying signature: invalid signature')
  }
  return {
    data: { hash: { algorithm, value } },
    signature: {
      content: content.toString('base64'),
      publicKey: { content: verifier.canonical.toString('base64') },
    },
  }
}

/** dsse: hashes of an envelope and of its payload, and each signature with its key (rekor: pkg/types/dsse). */
function admitEnvelope(spec: Record<string, unknown>): unknown {
  const proposed = asObject(spec['proposedContent'], 'proposedContent')
  const text = asText(proposed['envelope'], 'proposedContent.envelope')
  const verifiers = asList(proposed['verifiers'], 'proposedContent.verifiers').map((one) =>
    readVerifier(asBase64(one, 'proposedContent.verifiers')),
  )
  const envelope = parseEnvelope(text)
  const signatures = matchSignatures(verifiers, envelope)
  return {
    envelopeHash: { algorithm: 'sha256', value: sha256(text) },
    payloadHash: { algorithm: 'sha256', value: sha256(envelope.payload) },
    signatures,
  }
}

interface Envelope {
  readonly payload: Buffer
  /** what the signatures are made over */
  readonly signed: Buffer
  readonly signatures: readonly string[]
}

function parseEnvelope(text: string): Envelope {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Refusal(400, 'error processing entry: the envelope is not JSON')
  }
  const envelope = asObject(parsed, 'envelope')
  const payload = envelope['payload'] === '' ? Buffer.alloc(0) : asBase64(envelope['payload'], 'envelope.payload')
  const type = asText(envelope['payloadType'], 'envelope.payloadType')
  const signatures = asList(envelope['signatures'], 'envelope.signatures').map((one) =>
    asText(asObject(one, 'envelope.signatures')['sig'], 'envelope.signatures.sig'),
  )
  // The pre-authentication encoding of the DSSE protocol: lengths are in bytes.
  const header = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `
  return { payload, signed: Buffer.concat([Buffer.from(header), payload]), signatures }
}

/** Each signature needs a key, and each key a signature, until no signature is left; sorted, as Rekor logs them. */
function matchSignatures(
  verifiers: readonly Verifier[],
  envelope: Envelope,
): { signature: string; verifier: string }[] {
  const open = new Map(
    envelope.signatures.map((signature) => [signature, asBase64(signature, 'envelope.signatures.sig')]),
  )
  const matched: { signature: string; verifier: string }[] = []
  for (const { key, canonical } of verifiers) {
    if (open.size === 0) break
    const mine = [...open]
      .filter(([, bytes]) => verifyMessage(key, envelope.signed, bytes))
      .map(([signature]) => signature)
    if (mine.length === 0)
      throw new Refusal(400, 'error processing entry: could not verify envelope: a key verifies no signature')
    for (const signature of mine) {
      open.delete(signature)
      matched.push({ signature, verifier: canonical.toString('base64') })
    }
  }
  if (open.size > 0) throw new Refusal(400, 'error processing entry: all signatures must have a key that verifies it')
  return matched.toSorted((a, b) => (a.signature < b.signature ? -1 : 1))
}

function asList(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new Refusal(400, `${what} is missing or empty`)
  return value
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
