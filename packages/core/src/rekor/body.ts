import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { type Members, messageReader, parseJson, pemDecode } from '../encoding/index.ts'

export type HashName = 'sha256' | 'sha384' | 'sha512'

/** What was logged, whatever kind of entry it is. */
export interface LoggedBody {
  readonly kind: 'hashedrekord' | 'dsse' | 'intoto'
  readonly version: string
  readonly signature: Buffer
  /** The signer as it was logged: the DER of a certificate or of a public key (SPKI). */
  readonly verifier: Buffer
  /** Whether the entry says that it is a certificate. */
  readonly isCertificate: boolean
  /** Of the message (hashedrekord; in Rekor v2 also of an envelope's pre-authentication encoding), or of a payload. */
  readonly digest: { readonly of: 'message' | 'payload'; readonly hash: HashName; readonly value: Buffer }
  /** Rekor v2: the algorithm by its name in `PublicKeyDetails`. */
  readonly keyDetails?: string
}

const read = messageReader('ENTRY_INVALID', 'the log entry')

/**
 * The body of an entry, as the log canonicalized it: hashedrekord 0.0.1, dsse 0.0.1 and intoto 0.0.2 of Rekor v1,
 * hashedrekord 0.0.2 of Rekor v2.
 * @throws SealwaxError `ENTRY_INVALID` also for any other kind
 */
export function readBody(body: Uint8Array): LoggedBody {
  const members = read.object(parse(body), 'body', ['apiVersion', 'kind', 'spec'])
  const kind = `${read.text(members['kind'], 'kind')} ${read.text(members['apiVersion'], 'apiVersion')}`
  const reader = readers.get(kind)
  if (reader === undefined) throw read.fail('kind', [...readers.keys()].join(', '), JSON.stringify(kind.slice(0, 60)))
  return reader(members['spec'])
}

function parse(body: Uint8Array): unknown {
  try {
    return parseJson(body, 'the log entry', limits.bundle)
  } catch (error) {
    throw new SealwaxError('ENTRY_INVALID', 'the log entry is not JSON', { cause: error })
  }
}

const readers: ReadonlyMap<string, (spec: unknown) => LoggedBody> = new Map([
  ['hashedrekord 0.0.1', readHashedRekord],
  ['dsse 0.0.1', readDsse],
  ['intoto 0.0.2', readIntoto],
  ['hashedrekord 0.0.2', readHashedRekordV2],
])

function readHashedRekord(value: unknown): LoggedBody {
  const spec = read.object(value, 'spec', ['data', 'signature'])
  const data = read.object(spec['data'], 'spec.data', ['hash'])
  const signature = read.object(spec['signature'], 'spec.signature', ['content', 'publicKey'])
  const publicKey = read.object(signature['publicKey'], 'spec.signature.publicKey', ['content'])
  return {
    kind: 'hashedrekord',
    version: '0.0.1',
    signature: read.bytes(signature['content'], 'spec.signature.content'),
    ...readPem(publicKey['content'], 'spec.signature.publicKey'),
    digest: { of: 'message', ...readHash(data['hash'], 'spec.data.hash') },
  }
}

function readDsse(value: unknown): LoggedBody {
  const spec = read.object(value, 'spec', ['envelopeHash', 'payloadHash', 'signatures'])
  const signature = onlySignature(spec['signatures'], 'spec.signatures', ['signature', 'verifier'])
  // What it hashes, the envelope's JSON, is not in the bundle; Rekor always writes it, so an entry without it is not Rekor's.
  readHash(spec['envelopeHash'], 'spec.envelopeHash')
  return {
    kind: 'dsse',
    version: '0.0.1',
    signature: read.bytes(signature['signature'], 'spec.signatures[0]'),
    ...readPem(signature['verifier'], 'spec.signatures[0].verifier'),
    digest: { of: 'payload', ...readHash(spec['payloadHash'], 'spec.payloadHash') },
  }
}

function readIntoto(value: unknown): LoggedBody {
  const spec = read.object(value, 'spec', ['content'])
  const content = read.object(spec['content'], 'spec.content', ['envelope', 'hash', 'payloadHash'])
  const envelope = read.object(content['envelope'], 'spec.content.envelope', ['payload', 'payloadType', 'signatures'])
  const signature = onlySignature(envelope['signatures'], 'spec.content.envelope.signatures', [
    'sig',
    'publicKey',
    'keyid',
  ])
  // The signature is base64 of base64: the envelope's text, encoded once more as a byte field.
  const once = read.bytes(signature['sig'], 'spec.content.envelope.signatures[0]')
  return {
    kind: 'intoto',
    version: '0.0.2',
    signature: read.bytes(once.toString('latin1'), 'spec.content.envelope.signatures[0]'),
    ...readPem(signature['publicKey'], 'spec.content.envelope.signatures[0].publicKey'),
    digest: { of: 'payload', ...readHash(content['payloadHash'], 'spec.content.payloadHash') },
  }
}

function readHashedRekordV2(value: unknown): LoggedBody {
  const outer = read.object(value, 'spec', ['hashedRekordV002'])
  const spec = read.object(outer['hashedRekordV002'], 'spec.hashedRekordV002', ['data', 'signature'])
  const data = read.object(spec['data'], 'data', ['algorithm', 'digest'])
  const signature = read.object(spec['signature'], 'signature', ['content', 'verifier'])
  const verifier = read.object(signature['verifier'], 'verifier', ['keyDetails', 'x509Certificate', 'publicKey'])
  const given = (['x509Certificate', 'publicKey'] as const).filter((name) => Object.hasOwn(verifier, name))
  const [signer] = given
  if (signer === undefined || given.length > 1)
    throw read.fail('verifier', 'a certificate or a public key', signer === undefined ? 'neither' : 'both')
  const hash = read.choice(
    data['algorithm'],
    'data.algorithm',
    { SHA2_256: 'sha256', SHA2_384: 'sha384', SHA2_512: 'sha512' } as const,
    {},
  )
  if (hash === undefined) throw read.fail('data.algorithm', 'SHA2_256, SHA2_384 or SHA2_512', 'another')
  return {
    kind: 'hashedrekord',
    version: '0.0.2',
    signature: read.bytes(signature['content'], 'signature.content'),
    verifier: read.bytes(read.object(verifier[signer], signer, ['rawBytes'])['rawBytes'], 'verifier'),
    isCertificate: signer === 'x509Certificate',
    digest: { of: 'message', hash, value: read.bytes(data['digest'], 'data.digest') },
    keyDetails: read.text(verifier['keyDetails'], 'verifier.keyDetails'),
  }
}

/** One signature is what a bundle has; an entry over several was made for something else. */
function onlySignature(value: unknown, at: string, names: readonly string[]): Members {
  const list = read.list(value, at, limits.entries)
  if (list.length !== 1) throw read.fail(at, 'one signature', `${list.length}`)
  return read.object(list[0], at, names)
}

function readHash(value: unknown, at: string): { hash: HashName; value: Buffer } {
  const members = read.object(value, at, ['algorithm', 'value'])
  const hash = read.choice(
    members['algorithm'],
    at,
    { sha256: 'sha256', sha384: 'sha384', sha512: 'sha512' } as const,
    {},
  )
  if (hash === undefined) throw read.fail(at, 'sha256, sha384 or sha512', 'another')
  return { hash, value: read.hex(members['value'], at) }
}

/** One certificate or public key, and nothing around it: what one reader passes over, another could take for the signer. */
function readPem(value: unknown, at: string): Pick<LoggedBody, 'verifier' | 'isCertificate'> {
  const text = read.bytes(value, at).toString('latin1')
  const [, label] = /^\s*-----BEGIN (CERTIFICATE|PUBLIC KEY)-----[^-]*-----END \1-----\s*$/.exec(text) ?? []
  const [block] = label === undefined ? [] : pemDecode(text, label)
  if (block === undefined) throw read.fail(at, 'one certificate or public key in PEM, and nothing else', 'another text')
  return { verifier: block.der, isCertificate: label === 'CERTIFICATE' }
}
