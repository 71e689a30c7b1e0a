import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { type DerNode, oidText, readDer, tags } from '../encoding/index.ts'
import { type Certificate, recallCertificate, readTime } from '../fulcio/index.ts'
import { type HashName, hashes, oids, signatureAlgorithms } from './oids.ts'

/** A timestamp response as it was read. Nothing in it is verified. */
export interface ParsedTimestamp {
  readonly time: Date
  /** What was timestamped, as a hash. */
  readonly imprint: { readonly hash: HashName; readonly digest: Buffer }
  /** The request's nonce, as the big-endian content of its INTEGER. */
  readonly nonce?: Buffer
  /** Hexadecimal. */
  readonly serial: string
  readonly signer: TimestampSigner
  readonly certificates: readonly Certificate[]
  /** The signed content (TSTInfo, DER). */
  readonly info: Buffer
}

export interface TimestampSigner {
  /** Who signed: issuer and serial number of the certificate, or its subject key identifier. */
  readonly id: { readonly issuer: Buffer; readonly serial: string } | { readonly keyId: Buffer }
  readonly digestHash: HashName
  /** What the signature algorithm says: the kind of key, and the hash. */
  readonly keyType: string
  readonly signatureHash: HashName | undefined
  readonly signature: Buffer
  /** Signed attributes by OID: the one value of each. */
  readonly attributes: ReadonlyMap<string, DerNode>
  /** The signed attributes as they are signed: with the tag of a SET (RFC 5652 section 5.4). */
  readonly signed: Buffer
}

/**
 * A timestamp response (TimeStampResp, RFC 3161 section 2.4.2) with a granted timestamp.
 * @throws SealwaxError `TIMESTAMP_INVALID`
 */
export function parseTimestamp(der: Uint8Array): ParsedTimestamp {
  if (der.length > limits.timestamp) throw invalid(`at most ${limits.timestamp} bytes`, `${der.length} bytes`)
  try {
    return readResponse(readDer(der))
  } catch (error) {
    if (error instanceof SealwaxError && error.code === 'TIMESTAMP_INVALID') throw error
    throw invalid('a timestamp response in DER (RFC 3161)', 'bytes that are none', error)
  }
}

function readResponse(response: DerNode): ParsedTimestamp {
  const [statusInfo, token] = parts(response)
  const status = primitive(parts(statusInfo)[0], tags.integer)
  // 0 is granted. 1, granted with modifications, is refused: nobody asked for any, and no signature covers the number.
  if (status.length !== 1 || status[0] !== 0) throw invalid('a granted timestamp', 'a refusal')
  const [type, wrapped] = parts(token)
  if (oidText(need(type)) !== oids.signedData) throw invalid('CMS signed data', 'other content')
  return readSignedData(parts(wrapped, 0xa0)[0])
}

function readSignedData(signedData: DerNode | undefined): ParsedTimestamp {
  const [version, digests, encapsulated, ...rest] = parts(signedData)
  const [type, wrapped] = parts(encapsulated)
  const content = primitive(parts(wrapped, 0xa0)[0], tags.octetString)
  // RFC 5652 section 5.1: version 3, because the content is not plain data.
  if (primitive(version, tags.integer)[0] !== 3) throw invalid('version 3 of CMS signed data', 'another')
  if (oidText(need(type)) !== oids.timestampInfo) throw invalid('a TSTInfo', 'other content')
  // Certificates, then signers. Nothing else: what one reader passes over as unknown is a certificate to another. Revocation
  // lists, which could stand between, are not looked at, and so not taken.
  const last = rest.pop()
  const [embedded, ...others] = rest
  if (others.length > 0) throw invalid('certificates and signers (RFC 5652 section 5.1)', 'more')
  const certificates = embedded === undefined ? [] : parts(embedded, 0xa0)
  const signers = parts(last, tags.set)
  if (certificates.length > limits.certificates)
    throw invalid(`at most ${limits.certificates} certificates`, `${certificates.length}`)
  if (signers.length !== 1) throw invalid('one signer (RFC 3161 section 2.4.2)', `${signers.length}`)
  const signer = readSigner(signers[0])
  if (!parts(digests, tags.set).some((digest) => readHash(digest) === signer.digestHash))
    throw invalid("the signer's digest algorithm among those of the signed data", 'others')
  return {
    ...readInfo(content),
    info: content,
    signer,
    certificates: certificates.map((node) => recallCertificate(node.raw)),
  }
}

function readInfo(der: Buffer): Pick<ParsedTimestamp, 'time' | 'imprint' | 'serial' | 'nonce'> {
  const [version, , imprint, serial, time, ...rest] = parts(readDer(der))
  const [algorithm, digest] = parts(imprint)
  const hash = readHash(algorithm)
  if (primitive(version, tags.integer)[0] !== 1) throw invalid('version 1 of TSTInfo', 'another')
  if (hash === undefined) throw invalid('an imprint with SHA-256, SHA-384 or SHA-512', 'another hash')
  const nonce = rest.find((node) => node.tag === tags.integer)
  return {
    time: readTime(need(time)),
    imprint: { hash, digest: primitive(digest, tags.octetString) },
    serial: primitive(serial, tags.integer).toString('hex'),
    ...(nonce === undefined ? {} : { nonce: nonce.content }),
  }
}

function readSigner(info: DerNode | undefined): TimestampSigner {
  const [version, id, digestAlgorithm, signedAttributes, signatureAlgorithm, signature] = parts(info)
  // Signed attributes are a must when the content is not plain data (RFC 5652 section 5.3).
  if (signedAttributes?.tag !== 0xa0) throw invalid('signed attributes', 'none')
  const digestHash = readHash(digestAlgorithm)
  const algorithm = signatureAlgorithms.get(readAlgorithm(signatureAlgorithm))
  if (digestHash === undefined || algorithm === undefined)
    throw invalid('ECDSA, RSA PKCS#1 v1.5 or Ed25519 with SHA-2', 'another signature algorithm')
  return {
    id: readSignerId(need(id), primitive(version, tags.integer)[0]),
    digestHash,
    keyType: algorithm.keyType,
    signatureHash: algorithm.hash === 'as-digest' ? digestHash : algorithm.hash === 'none' ? undefined : algorithm.hash,
    signature: primitive(signature, tags.octetString),
    attributes: readAttributes(signedAttributes),
    signed: Buffer.concat([Buffer.of(tags.set), signedAttributes.raw.subarray(1)]),
  }
}

/** RFC 5652 section 5.3: version 1 goes with issuer and serial number, version 3 with a key identifier. */
function readSignerId(node: DerNode, version: number | undefined): TimestampSigner['id'] {
  if (node.tag === 0x80 && version === 3) return { keyId: node.content }
  const [issuer, serial] = parts(node)
  if (version !== 1) throw invalid('a signer of version 1 or 3', 'another')
  return { issuer: need(issuer).raw, serial: primitive(serial, tags.integer).toString('hex') }
}

function readHash(algorithm: DerNode | undefined): HashName | undefined {
  return hashes.get(readAlgorithm(algorithm))
}

/** The OID of an AlgorithmIdentifier whose parameters are absent or NULL: no algorithm here has others. */
function readAlgorithm(algorithm: DerNode | undefined): string {
  const [id, parameters] = parts(algorithm)
  if (parameters !== undefined && !parameters.raw.equals(Buffer.of(tags.null, 0)))
    throw invalid('an algorithm without parameters', 'one with parameters')
  return oidText(need(id))
}

function readAttributes(list: DerNode): Map<string, DerNode> {
  const attributes = new Map<string, DerNode>()
  for (const attribute of list.children()) {
    const [type, values] = parts(attribute)
    const oid = oidText(need(type))
    const [value, ...others] = parts(values, tags.set)
    // RFC 5652 section 11: the attributes that matter occur once, with one value.
    if (value === undefined || others.length > 0 || attributes.has(oid))
      throw invalid('each signed attribute once, with one value', `${oid} several times`)
    attributes.set(oid, value)
  }
  return attributes
}

// Most of a token is outside its signature, so every tag on the way to what matters is compared: one reading, one meaning.

function parts(node: DerNode | undefined, tag: number = tags.sequence): DerNode[] {
  if (node?.tag !== tag) throw invalid('a timestamp response (RFC 3161)', 'another structure')
  return node.children()
}

function primitive(node: DerNode | undefined, tag: number): Buffer {
  if (node?.tag !== tag) throw invalid('a timestamp response (RFC 3161)', 'another structure')
  return node.content
}

function need(node: DerNode | undefined): DerNode {
  if (node === undefined) throw invalid('a timestamp response (RFC 3161)', 'one with a part missing')
  return node
}

function invalid(expected: string, found: string, cause?: unknown): SealwaxError {
  return new SealwaxError('TIMESTAMP_INVALID', 'the timestamp cannot be read', { expected, found, cause })
}
