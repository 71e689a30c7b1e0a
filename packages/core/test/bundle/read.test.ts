import { bundleFromJSON } from '@sigstore/bundle'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bundleJson, bundleVersion, latestMediaType, parseBundle } from '../../src/bundle/index.ts'
import { isSealwaxError } from '../../src/errors.ts'
import { limits } from '../../src/limits.ts'
import { ec, forgeBundle } from '../forge/world.ts'

type Json = Record<string, unknown>

const message = (): Json => JSON.parse(bundleJson(forgeBundle({ stamps: [{}] })))
const envelope = (): Json => JSON.parse(bundleJson(forgeBundle({ kind: 'envelope' })))
const read = (json: unknown): unknown => parseBundle(JSON.stringify(json))
const invalid = expect.objectContaining({ code: 'BUNDLE_INVALID' })

/** The JSON with the value at `path` ("a.b.0.c") replaced; `undefined` removes it. */
function changed(json: Json, path: string, value: unknown): Json {
  const copy = structuredClone(json)
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  const parent = steps.reduce<Json>((node, step) => node[step] as Json, copy)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy
}

describe('media types', () => {
  test.each([
    ['application/vnd.dev.sigstore.bundle+json;version=0.1', '0.1'],
    ['application/vnd.dev.sigstore.bundle+json;version=0.2', '0.2'],
    ['application/vnd.dev.sigstore.bundle+json;version=0.3', '0.3'],
    ['application/vnd.dev.sigstore.bundle.v0.1+json', '0.1'],
    ['application/vnd.dev.sigstore.bundle.v0.2+json', '0.2'],
    ['application/vnd.dev.sigstore.bundle.v0.3+json', '0.3'],
    ['application/vnd.dev.sigstore.bundle.v0.4+json', undefined],
    ['application/vnd.dev.sigstore.bundle+json;version=0.4', undefined],
    ['application/vnd.dev.sigstore.bundle.v0.3+json ', undefined],
    ['application/json', undefined],
    ['', undefined],
  ])('%j is version %j', (mediaType, version) => {
    expect(bundleVersion(mediaType)).toBe(version)
    const json = changed(message(), 'mediaType', mediaType)
    if (version === undefined) expect(() => read(json)).toThrow(invalid)
    else expect(read(json)).toMatchObject({ mediaType })
  })

  test('what is written is version 0.3', () => {
    expect(message()['mediaType']).toBe(latestMediaType)
  })
})

describe('what is written', () => {
  test('is read back as the same, by us and by the JavaScript Sigstore library', () => {
    for (const wishes of [
      {},
      { kind: 'envelope' as const },
      { key: ec() },
      { entry: false as const },
      { stamps: [{}] },
    ]) {
      const bundle = forgeBundle(wishes)
      const text = bundleJson(bundle)
      expect(parseBundle(text)).toEqual(bundle)
      const theirs = bundleFromJSON(JSON.parse(text))
      expect(theirs.content).toEqual(bundle.content)
      expect(theirs.verificationMaterial.content).toEqual(bundle.verificationMaterial.content)
      expect(theirs.verificationMaterial.tlogEntries).toEqual(bundle.verificationMaterial.tlogEntries)
    }
  })

  test('leaves out what is not there', () => {
    const json = JSON.parse(bundleJson(forgeBundle({ key: ec(), entry: false })))
    expect(Object.keys(json.verificationMaterial)).toEqual(['publicKey'])
  })
})

describe('a message bundle is refused', () => {
  const entry = 'verificationMaterial.tlogEntries.0'
  test.each<[string, string, unknown]>([
    ['without media type', 'mediaType', undefined],
    ['without verification material', 'verificationMaterial', undefined],
    ['without a signer', 'verificationMaterial.certificate', undefined],
    ['with two signers', 'verificationMaterial.publicKey', { hint: 'x' }],
    ['with an empty certificate', 'verificationMaterial.certificate.rawBytes', ''],
    ['without content', 'messageSignature', undefined],
    ['without a signature', 'messageSignature.signature', ''],
    ['without a digest', 'messageSignature.messageDigest', undefined],
    ['with an empty digest', 'messageSignature.messageDigest.digest', ''],
    ['with an unknown hash', 'messageSignature.messageDigest.algorithm', 'SHA3_256'],
    ['with a hash by a number nobody knows', 'messageSignature.messageDigest.algorithm', 17],
    ['with a signature in URL-safe base64', 'messageSignature.signature', '_-__'],
    ['with a signature without padding', 'messageSignature.signature', 'AAA'],
    ['with a signature that is a number', 'messageSignature.signature', 7],
    ['with a member that nobody knows', 'verificationMaterial.timestampVerificationdata', {}],
    ['with entries that are no list', 'verificationMaterial.tlogEntries', {}],
    ['with too many entries', 'verificationMaterial.tlogEntries', Array.from({ length: 33 }, () => ({}))],
    [
      'with too many timestamps',
      'verificationMaterial.timestampVerificationData.rfc3161Timestamps',
      Array.from({ length: 33 }, () => ({})),
    ],
    [
      'with an empty timestamp',
      'verificationMaterial.timestampVerificationData.rfc3161Timestamps.0.signedTimestamp',
      '',
    ],
    ['with a negative index', `${entry}.logIndex`, '-1'],
    ['with an index above 64 bits', `${entry}.logIndex`, '9223372036854775808'],
    ['with an index that is no whole number', `${entry}.logIndex`, 1.5],
    ['with an index in another spelling', `${entry}.logIndex`, '01'],
    ['without a log id', `${entry}.logId`, undefined],
    ['without a kind', `${entry}.kindVersion`, undefined],
    ['without a body', `${entry}.canonicalizedBody`, undefined],
    ['without an inclusion proof', `${entry}.inclusionProof`, undefined],
    ['without a checkpoint', `${entry}.inclusionProof.checkpoint`, undefined],
    ['with an empty checkpoint', `${entry}.inclusionProof.checkpoint.envelope`, ''],
    ['with a huge checkpoint', `${entry}.inclusionProof.checkpoint.envelope`, 'x'.repeat(70_000)],
    ['with too long a proof', `${entry}.inclusionProof.hashes`, Array.from({ length: 65 }, () => 'AAAA')],
  ])('%s', (_, path, value) => {
    expect(() => read(changed(message(), path, value))).toThrow(invalid)
  })

  test('with both a message and an envelope', () => {
    expect(() => read({ ...message(), dsseEnvelope: envelope()['dsseEnvelope'] })).toThrow(invalid)
  })
})

describe('an envelope bundle is refused', () => {
  const signature = { sig: 'AAAA' }
  test.each<[string, string, unknown]>([
    ['without a payload', 'dsseEnvelope.payload', ''],
    ['without a signature', 'dsseEnvelope.signatures', []],
    ['with two signatures', 'dsseEnvelope.signatures', [signature, signature]],
    ['with an empty signature', 'dsseEnvelope.signatures.0.sig', ''],
  ])('%s', (_, path, value) => {
    expect(() => read(changed(envelope(), path, value))).toThrow(invalid)
  })
})

describe('each version has its own rules', () => {
  const versioned = (version: string, changes: (json: Json) => Json): Json =>
    changes(changed(message(), 'mediaType', `application/vnd.dev.sigstore.bundle+json;version=${version}`))
  const entry = 'verificationMaterial.tlogEntries.0'
  const chain = (json: Json): Json => {
    const material = json['verificationMaterial'] as Json
    const { certificate, ...rest } = material
    return {
      ...json,
      verificationMaterial: { ...rest, x509CertificateChain: { certificates: [certificate, certificate] } },
    }
  }

  test('0.1 needs a promise and not a proof, 0.2 and 0.3 a proof and not a promise', () => {
    const noProof = (json: Json): Json => changed(json, `${entry}.inclusionProof`, undefined)
    const noPromise = (json: Json): Json => changed(json, `${entry}.inclusionPromise`, undefined)
    expect(() => read(versioned('0.1', noProof))).not.toThrow()
    expect(() => read(versioned('0.1', noPromise))).toThrow(invalid)
    for (const version of ['0.2', '0.3']) {
      expect(() => read(versioned(version, noPromise))).not.toThrow()
      expect(() => read(versioned(version, noProof))).toThrow(invalid)
    }
  })

  test('a certificate chain belongs to 0.1 and 0.2', () => {
    for (const version of ['0.1', '0.2']) expect(() => read(versioned(version, chain))).not.toThrow()
    expect(() => read(versioned('0.3', chain))).toThrow(invalid)
  })
})

test("protobuf's JSON freedoms are accepted: numbers for enums and integers, null for absent", () => {
  const plain = message()
  const free = changed(
    changed(plain, 'messageSignature.messageDigest.algorithm', 1),
    'verificationMaterial.tlogEntries.0.logIndex',
    1,
  )
  expect(read({ ...free, dsseEnvelope: null })).toEqual(read(plain))
})

test('whatever JSON is given, a bundle is read or refused, and nothing else happens', () => {
  const names = [
    'mediaType',
    'verificationMaterial',
    'messageSignature',
    'dsseEnvelope',
    'tlogEntries',
    'certificate',
    'signatures',
  ]
  const value = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('', 'AAAA', latestMediaType, null, 0, -1, true),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('node')),
    ),
  })).node
  fc.assert(
    fc.property(value, (json) => {
      try {
        read(json)
      } catch (error) {
        expect(isSealwaxError(error)).toBe(true)
      }
    }),
    { numRuns: 2000, seed: 1 },
  )
})

describe('a bundle as large as it may be', () => {
  const withPayload = (size: number): string => {
    const json = envelope()
    const payload = Buffer.alloc(size, 'a').toString('base64')
    return JSON.stringify({ ...json, dsseEnvelope: { ...(json['dsseEnvelope'] as Json), payload } })
  }

  test('holds the largest payload, and none that is larger', () => {
    expect(parseBundle(withPayload(limits.payload)).content).toMatchObject({ $case: 'dsseEnvelope' })
    expect(() => parseBundle(withPayload(limits.payload + 1))).toThrow(invalid)
  }, 60_000)

  test('holds a statement with as many subjects as stock verifiers accept many times over', () => {
    const subjects = Array.from({ length: limits.statementSubjects }, (_, at) => ({
      name: `${'folder/'.repeat(20)}file-${at}.js`,
      digest: { sha256: 'ab'.repeat(32), sha512: 'ab'.repeat(64) },
    }))
    const text = bundleJson(forgeBundle({ kind: 'envelope', subjects, stamps: [{}] }))
    expect(text.length * 10).toBeLessThan(limits.bundle)
    expect(bundleJson(parseBundle(text))).toBe(text)
  })
})
