import type { Bundle } from '@sigstore/bundle'
import { limits } from '../limits.ts'
import { messageReader, parseJson } from '../encoding/index.ts'
import { readEntry } from './entry.ts'
import { isLegacy, readLegacy } from './legacy.ts'
import { type BundleVersion, bundleVersion } from './media-type.ts'

const read = messageReader('BUNDLE_INVALID', 'the bundle')

const hashNames = { SHA2_256: 1, SHA2_384: 2, SHA2_512: 3 } as const
const hashNumbers = { 1: 1, 2: 2, 3: 3 } as const

/**
 * A bundle from the text or bytes of its file: version 0.1, 0.2 or 0.3, or what cosign wrote before there were versions, which
 * is read as 0.1. The shape is checked, nothing is verified.
 * @throws SealwaxError `INPUT_TOO_LARGE`, `INPUT_INVALID` (not JSON), `BUNDLE_INVALID`
 */
export function parseBundle(input: string | Uint8Array): Bundle {
  const json = parseJson(input, 'the bundle', limits.bundle)
  if (isLegacy(json)) return readLegacy(read, json, readEnvelope)
  const root = read.object(json, 'bundle', ['mediaType', 'verificationMaterial', 'messageSignature', 'dsseEnvelope'])
  const mediaType = read.text(root['mediaType'], 'mediaType')
  const version = bundleVersion(mediaType)
  if (version === undefined)
    throw read.fail('mediaType', 'a Sigstore bundle of version 0.1, 0.2 or 0.3', JSON.stringify(mediaType.slice(0, 80)))
  const bundle: Bundle = {
    mediaType,
    verificationMaterial: readMaterial(root['verificationMaterial'], version),
    content: readContent(root['messageSignature'], root['dsseEnvelope']),
  }
  return bundle
}

function readMaterial(value: unknown, version: BundleVersion): Bundle['verificationMaterial'] {
  const at = 'verificationMaterial'
  const names = ['publicKey', 'x509CertificateChain', 'certificate', 'tlogEntries', 'timestampVerificationData']
  const members = read.object(value, at, names)
  const entries = read.list(members['tlogEntries'], `${at}.tlogEntries`, limits.entries)
  return {
    content: readSigner(members['publicKey'], members['x509CertificateChain'], members['certificate'], version),
    tlogEntries: entries.map((entry, index) => readEntry(read, entry, `${at}.tlogEntries[${index}]`, version)),
    timestampVerificationData: readTimestamps(members['timestampVerificationData']),
  }
}

function readSigner(
  publicKey: unknown,
  chain: unknown,
  certificate: unknown,
  version: BundleVersion,
): Bundle['verificationMaterial']['content'] {
  const at = 'verificationMaterial'
  const key = read.optional(publicKey, `${at}.publicKey`, ['hint'])
  const list = read.optional(chain, `${at}.x509CertificateChain`, ['certificates'])
  const one = read.optional(certificate, `${at}.certificate`, ['rawBytes'])
  const given = [key, list, one].filter((part) => part !== undefined).length
  if (given !== 1)
    throw read.fail(at, 'one of publicKey, certificate and x509CertificateChain', given === 0 ? 'none' : `${given}`)
  if (key !== undefined)
    return { $case: 'publicKey', publicKey: { hint: read.text(key['hint'], `${at}.publicKey.hint`) } }
  if (one !== undefined)
    return { $case: 'certificate', certificate: { rawBytes: present(one['rawBytes'], `${at}.certificate`) } }
  // Version 0.3 carries the leaf alone: what it chains to is the verifier's business, not the signer's.
  if (version === '0.3') throw read.fail(at, 'a single certificate in version 0.3', 'a certificate chain')
  const certificates = read
    .list(list?.['certificates'], `${at}.x509CertificateChain`, limits.certificates)
    .map((item, index) => {
      const where = `${at}.x509CertificateChain.certificates[${index}]`
      return { rawBytes: present(read.object(item, where, ['rawBytes'])['rawBytes'], where) }
    })
  if (certificates.length === 0)
    throw read.fail(`${at}.x509CertificateChain`, 'the signing certificate', 'an empty list')
  return { $case: 'x509CertificateChain', x509CertificateChain: { certificates } }
}

function readTimestamps(value: unknown): Bundle['verificationMaterial']['timestampVerificationData'] {
  const at = 'verificationMaterial.timestampVerificationData'
  const data = read.optional(value, at, ['rfc3161Timestamps'])
  if (data === undefined) return undefined
  const rfc3161Timestamps = read.list(data['rfc3161Timestamps'], at, limits.timestamps).map((item, index) => {
    const where = `${at}.rfc3161Timestamps[${index}]`
    return { signedTimestamp: present(read.object(item, where, ['signedTimestamp'])['signedTimestamp'], where) }
  })
  return rfc3161Timestamps.length === 0 ? undefined : { rfc3161Timestamps }
}

function readContent(message: unknown, envelope: unknown): Bundle['content'] {
  const signature = read.optional(message, 'messageSignature', ['messageDigest', 'signature'])
  const dsse = read.optional(envelope, 'dsseEnvelope', ['payload', 'payloadType', 'signatures'])
  if ((signature === undefined) === (dsse === undefined))
    throw read.fail('bundle', 'either a messageSignature or a dsseEnvelope', dsse === undefined ? 'neither' : 'both')
  if (dsse !== undefined) return { $case: 'dsseEnvelope', dsseEnvelope: readEnvelope(dsse) }
  const at = 'messageSignature.messageDigest'
  const digest = read.object(signature?.['messageDigest'], at, ['algorithm', 'digest'])
  const algorithm = read.choice(digest['algorithm'], `${at}.algorithm`, hashNames, hashNumbers)
  if (algorithm === undefined)
    throw read.fail(`${at}.algorithm`, 'SHA2_256, SHA2_384 or SHA2_512', String(digest['algorithm']).slice(0, 40))
  return {
    $case: 'messageSignature',
    messageSignature: {
      messageDigest: { algorithm, digest: present(digest['digest'], `${at}.digest`) },
      signature: present(signature?.['signature'], 'messageSignature.signature'),
    },
  }
}

function readEnvelope(
  dsse: Readonly<Record<string, unknown>>,
): Extract<Bundle['content'], { $case: 'dsseEnvelope' }>['dsseEnvelope'] {
  const signatures = read.list(dsse['signatures'], 'dsseEnvelope.signatures', limits.entries)
  // DSSE allows several; a bundle speaks of one signer, and a second signature that nobody checks looks checked.
  if (signatures.length !== 1)
    throw read.fail('dsseEnvelope.signatures', 'exactly one signature', `${signatures.length}`)
  const payload = present(dsse['payload'], 'dsseEnvelope.payload')
  if (payload.length > limits.payload)
    throw read.fail('dsseEnvelope.payload', `at most ${limits.payload} bytes`, `${payload.length} bytes`)
  const signature = read.object(signatures[0], 'dsseEnvelope.signatures[0]', ['sig', 'keyid'])
  return {
    payload,
    payloadType: read.text(dsse['payloadType'], 'dsseEnvelope.payloadType'),
    signatures: [
      {
        sig: present(signature['sig'], 'dsseEnvelope.signatures[0].sig'),
        keyid: read.text(signature['keyid'], 'dsseEnvelope.signatures[0].keyid'),
      },
    ],
  }
}

function present(value: unknown, at: string): Buffer {
  const bytes = read.bytes(value, at)
  if (bytes.length === 0) throw read.fail(at, 'bytes in base64', 'nothing')
  return bytes
}
