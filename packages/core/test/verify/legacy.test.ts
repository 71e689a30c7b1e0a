import { generateKeyPairSync, hash, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bundle, parseBundle } from '../../src/bundle/index.ts'
import { isSealwaxError } from '../../src/errors.ts'
import { parsePublicKey } from '../../src/keys/index.ts'
import { defaultPolicy, keylessPolicy } from '../../src/policy/index.ts'
import { parseTrustedRoot } from '../../src/trust/index.ts'
import { pem } from '../forge/log.ts'
import { type BundleWishes, content, ec, forge, forgeBundle, identity, issuer, leaf } from '../forge/world.ts'
import { artifactOf, evaluate } from './evaluate.ts'
import { readVector } from './vectors.ts'

type Json = Record<string, unknown>

/** A forged bundle as cosign wrote it before version 3. */
function legacy(bundle: Bundle): Json {
  const { verificationMaterial: material, content: signed } = bundle
  const [entry] = material.tlogEntries
  const certificate = material.content.$case === 'certificate' ? material.content.certificate.rawBytes : undefined
  return {
    base64Signature: (signed.$case === 'messageSignature'
      ? signed.messageSignature.signature
      : Buffer.from(JSON.stringify(envelopeOf(bundle)))
    ).toString('base64'),
    ...(certificate && { cert: pem('CERTIFICATE', certificate) }),
    ...(entry && {
      rekorBundle: {
        SignedEntryTimestamp: entry.inclusionPromise?.signedEntryTimestamp.toString('base64'),
        Payload: {
          body: entry.canonicalizedBody.toString('base64'),
          integratedTime: Number(entry.integratedTime),
          logIndex: Number(entry.logIndex),
          logID: entry.logId.keyId.toString('hex'),
        },
      },
    }),
  }
}

function envelopeOf({ content: signed }: Bundle): Json {
  if (signed.$case !== 'dsseEnvelope') return {}
  const { payload, payloadType, signatures } = signed.dsseEnvelope
  return {
    payloadType,
    payload: payload.toString('base64'),
    signatures: signatures.map(({ sig }) => ({ keyid: '', sig: sig.toString('base64') })),
  }
}

const read = (json: unknown): Bundle => parseBundle(JSON.stringify(json))
const judged = (json: unknown, circumstances: object = {}): string[] => evaluate(read(json), circumstances).codes
const made = (wishes: BundleWishes = {}): Json => legacy(forgeBundle(wishes))
const kinds = ['message', 'envelope'] as const

/** The JSON with a member of `rekorBundle.Payload` replaced. */
function withPayload(json: Json, changes: Json): Json {
  const bundle = json['rekorBundle'] as { Payload: Json }
  return { ...json, rekorBundle: { ...bundle, Payload: { ...bundle.Payload, ...changes } } }
}

describe.each(kinds)("cosign's older bundle of a signed %s", (kind) => {
  test('is accepted with a certificate and with a key', () => {
    expect(judged(made({ kind }))).toEqual([])
    const key = ec()
    expect(judged(made({ kind, key }), { key: key.publicKey })).toEqual([])
    const named = {
      ...made({ kind, key }),
      cert: pem('PUBLIC KEY', key.publicKey.export({ type: 'spki', format: 'der' })),
    }
    expect(judged(named, { key: key.publicKey })).toEqual([])
  })

  test('shows as much as a bundle of version 0.1', () => {
    const { evidence } = evaluate(read(made({ kind })))
    expect(evidence.bundle.mediaType).toMatch(/version=0\.1$/)
    expect(evidence).toMatchObject({
      signed: true,
      artifact: 'matched',
      signer: { kind: 'certificate', issuer },
      entries: [{ inclusion: 'promise' }],
      subjects: [{ digest: { sha256: hash('sha256', content) } }],
    })
  })

  test('over other content, by another key or of another identity is refused', () => {
    const artifact = artifactOf(Buffer.from('something else'))
    expect(judged(made({ kind }), { artifact })).toEqual(['ARTIFACT_MISMATCH'])
    const signature = sign('sha256', content, ec().privateKey)
    expect(judged(made({ kind, signature }))).toEqual(['SIGNATURE_INVALID'])
    const key = ec()
    expect(judged(made({ kind, key }), { key: ec().publicKey })).toContain('SIGNATURE_INVALID')
    const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: `${identity}x` } })
    expect(judged(made({ kind }), { policy })).toEqual(['IDENTITY_MISMATCH'])
  })

  test('never trusts the key that it brings itself', () => {
    const key = ec()
    const named = {
      ...made({ kind, key }),
      cert: pem('PUBLIC KEY', key.publicKey.export({ type: 'spki', format: 'der' })),
    }
    expect(judged(named)).toEqual(['KEY_MISSING', 'SIGNER_KIND'])
    expect(judged(made({ kind }), { key: forge.keys.leaf.publicKey })).toEqual(['KEY_EXPECTED', 'SIGNER_KIND'])
  })

  test('with another entry, index, time, log or promise is refused', () => {
    const good = made({ kind })
    for (const changes of [{ logIndex: 2 }, { integratedTime: 1_780_315_201 }])
      expect(judged(withPayload(good, changes))).toEqual(['LOG_ENTRY_INVALID'])
    expect(judged(withPayload(good, { logID: '00'.repeat(32) }))).toContain('LOG_MISSING')
    const other = made({ kind })
    expect(judged({ ...good, rekorBundle: other['rekorBundle'] })).toEqual(['LOG_ENTRY_INVALID'])
    const promise = { ...(good['rekorBundle'] as Json), SignedEntryTimestamp: Buffer.alloc(70).toString('base64') }
    expect(judged({ ...good, rekorBundle: promise })).toEqual(['LOG_ENTRY_INVALID'])
  })

  test('without an entry needs a policy that asks for none', () => {
    const key = ec()
    const bare = made({ kind, key, entry: false })
    expect(judged(bare, { key: key.publicKey })).toEqual(['LOG_MISSING'])
    const policy = { ...defaultPolicy('key'), log: 0 }
    const { codes, evidence } = evaluate(read(bare), { key: key.publicKey, policy })
    expect(codes).toEqual([])
    expect(evidence.subjects).toMatchObject([{ digest: { sha256: hash('sha256', content) } }])
    const artifact = artifactOf(Buffer.from('something else'))
    const refused = kind === 'message' ? ['SIGNATURE_INVALID'] : ['ARTIFACT_MISMATCH']
    expect(judged(bare, { key: key.publicKey, policy, artifact })).toEqual(refused)
    expect(judged(bare, { key: ec().publicKey, policy })).toEqual(['SIGNATURE_INVALID'])
  })
})

test.each([
  ['Ed25519', generateKeyPairSync('ed25519')],
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
] as const)("cosign's older bundle of a signature by %s that begins with a brace is one of a message", (_, key) => {
  const algorithm = key.publicKey.asymmetricKeyType === 'rsa' ? 'sha256' : undefined
  let message = Buffer.of()
  let signature = Buffer.of()
  for (let count = 0; signature[0] !== 0x7b; count += 1) {
    message = Buffer.from(`message ${count}`)
    signature = sign(algorithm, message, key.privateKey)
  }
  const bundle = read({ base64Signature: signature.toString('base64') })
  const circumstances = { key: key.publicKey, policy: { ...defaultPolicy('key'), log: 0 }, root: undefined }
  expect(evaluate(bundle, { ...circumstances, artifact: artifactOf(message) }).codes).toEqual([])
  expect(evaluate(bundle, { ...circumstances, artifact: artifactOf(content) }).codes).toEqual(['SIGNATURE_INVALID'])
})

describe("cosign's older bundle is not read", () => {
  const good = made()
  const envelope = made({ kind: 'envelope' })
  const inside = envelopeOf(forgeBundle({ kind: 'envelope' }))
  const wrapped = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64')
  test.each<[string, Json]>([
    ['with another member', { ...good, more: 1 }],
    ['with a media type as well', { ...good, mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }],
    ['with an empty signature', { ...good, base64Signature: '' }],
    ['with a signature that is not base64', { ...good, base64Signature: '*' }],
    ['with a certificate that is no PEM', { ...good, cert: 'aGVsbG8=' }],
    ['with a private key for a certificate', { ...good, cert: pem('PRIVATE KEY', Buffer.alloc(8)) }],
    [
      'with seventeen certificates',
      {
        ...good,
        cert: Buffer.from(Buffer.from(pem('CERTIFICATE', leaf().der), 'base64').toString().repeat(17)).toString(
          'base64',
        ),
      },
    ],
    [
      'with an entry of another kind',
      withPayload(good, { body: wrapped({ kind: 'rpm', apiVersion: '0.0.1', spec: {} }) }),
    ],
    ['with an entry that is no JSON', withPayload(good, { body: 'aGVsbG8=' })],
    ['with a negative index', withPayload(good, { logIndex: -1 })],
    ['with a log id that is not hexadecimal', withPayload(good, { logID: 'xyz' })],
    ['without a promise', { ...good, rekorBundle: { Payload: (good['rekorBundle'] as Json)['Payload'] } }],
    [
      'with two signatures in the envelope',
      { ...envelope, base64Signature: wrapped({ ...inside, signatures: [{ sig: 'AAAA' }, { sig: 'AAAA' }] }) },
    ],
    ['with an envelope that has another member', { ...envelope, base64Signature: wrapped({ ...inside, more: 1 }) }],
  ])('%s', (_, json) => {
    expect(() => read(json)).toThrow(expect.objectContaining({ code: 'BUNDLE_INVALID' }))
  })

  test('or is, whatever is changed in it, and nothing else happens', () => {
    const text = JSON.stringify(good)
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 5 }), fc.nat(5), (at, insert, remove) => {
        try {
          evaluate(parseBundle(text.slice(0, at) + insert + text.slice(at + remove)))
        } catch (error) {
          expect(isSealwaxError(error)).toBe(true)
        }
      }),
      { numRuns: 1000, seed: 1 },
    )
  })
})

test('an envelope in it is the one that was signed', () => {
  const bundle = forgeBundle({ kind: 'envelope' })
  expect(read(legacy(bundle)).content).toEqual(bundle.content)
})

describe('what cosign 3.1.3 wrote in its older format is accepted', () => {
  const vector = (name: string): Buffer => readVector(`cosign-legacy/${name}`)
  const root = parseTrustedRoot(vector('trusted-root.json'))
  const key = parsePublicKey(vector('cosign.pub'))
  const workflow = 'https://github.com/sealwax-sandbox/app/.github/workflows/release.yml@refs/heads/main'
  const signed = { root, artifact: artifactOf(vector('f.txt')) }
  const byKey = { ...signed, key }
  const cases: [string, object][] = [
    ['key.json', byKey],
    ['attestation.json', byKey],
    ['bare.json', { ...byKey, policy: { ...defaultPolicy('key'), log: 0 } }],
    ['keyless.json', { ...signed, policy: keylessPolicy({ issuer: { exact: issuer }, subject: { exact: workflow } }) }],
  ]

  test.each(cases)('%s, and with another artifact it is not', (name, circumstances) => {
    const bundle = parseBundle(vector(name))
    expect(evaluate(bundle, circumstances).codes).toEqual([])
    const other = { ...circumstances, artifact: artifactOf(Buffer.from('something else')) }
    expect(evaluate(bundle, other).codes).not.toEqual([])
  })
})
