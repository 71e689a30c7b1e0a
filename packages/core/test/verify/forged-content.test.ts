import { hash, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type Bundle, envelopeBundle } from '../../src/bundle/index.ts'
import { derNode, derSequence } from '../../src/encoding/index.ts'
import { publicKeyHint } from '../../src/keys/index.ts'
import { defaultPolicy, keylessPolicy, type Policy } from '../../src/policy/index.ts'
import { digestArtifact } from '../../src/verify/index.ts'
import { type Extension, extension } from '../forge/certificate.ts'
import { content, ec, forge, forgeBundle, identity, issuer, leaf, leafExtensions, trustedRoot } from '../forge/world.ts'
import { artifactOf, evaluate, type Evaluation } from './evaluate.ts'

const other = Buffer.from('something else')

describe('the signature', () => {
  test('over other content is refused', () => {
    const signature = sign('sha256', other, forge.keys.leaf.privateKey)
    const message = evaluate(forgeBundle({ signature }))
    expect(message.codes).toEqual(['SIGNATURE_INVALID'])
    expect(message.evidence).toMatchObject({ signed: false, artifact: 'mismatch' })
    expect(evaluate(forgeBundle({ signature, kind: 'envelope' })).codes).toEqual(['SIGNATURE_INVALID'])
  })

  test('by another key than the certificate is for is refused', () => {
    const signature = sign('sha256', content, ec().privateKey)
    expect(evaluate(forgeBundle({ signature })).codes).toEqual(['SIGNATURE_INVALID'])
  })

  test('by another key than the one that was given is refused', () => {
    const bundle = forgeBundle({ key: ec() })
    expect(evaluate(bundle, { key: ec().publicKey }).codes).toEqual(['SIGNATURE_INVALID', 'LOG_ENTRY_INVALID'])
  })

  test('by key names that key, whatever the bundle calls it', () => {
    const key = ec()
    const { codes, evidence } = evaluate(forgeBundle({ key }), { key: key.publicKey })
    expect(codes).toEqual([])
    expect(evidence.signer).toMatchObject({ kind: 'key', hint: publicKeyHint(key.publicKey) })
    expect(evaluate(forgeBundle({ key })).evidence.signer).toEqual({ kind: 'key', hint: '', pem: undefined })
  })

  test('with a certificate is refused where a key was given, even if it is the same key', () => {
    for (const key of [ec().publicKey, forge.keys.leaf.publicKey])
      expect(evaluate(forgeBundle(), { key }).codes).toEqual(['KEY_EXPECTED', 'SIGNER_KIND'])
  })

  test('by key is refused where an identity was asked for, and where no key was given', () => {
    const bundle = forgeBundle({ key: ec() })
    expect(evaluate(bundle).codes).toEqual(['KEY_MISSING', 'SIGNER_KIND'])
  })

  test('a second signature in the envelope is refused', () => {
    const bundle = forgeBundle({ kind: 'envelope' })
    if (bundle.content.$case === 'dsseEnvelope')
      bundle.content.dsseEnvelope.signatures.push({ sig: Buffer.from('x'), keyid: '' })
    expect(evaluate(bundle).codes).toContain('SIGNATURE_INVALID')
  })
})

describe('the certificate', () => {
  const named = (...names: readonly Extension[]): Evaluation => {
    const extensions = [...leafExtensions.filter(({ oid }) => oid !== '2.5.29.17'), ...names]
    return evaluate(forgeBundle({ leaf: leaf({ extensions }) }))
  }
  const refused = { codes: ['CERTIFICATE_INVALID'], evidence: { signed: false, signer: { kind: 'unknown' } } }

  test('that names nobody, two, or somebody in a way that Fulcio does not is refused', () => {
    const host = { oid: '2.5.29.17', value: derSequence(derNode(0x82, Buffer.from('example.org'))) }
    expect(named(extension.email('a@example.org')).codes).toEqual(['IDENTITY_MISMATCH'])
    for (const names of [[], [host], [extension.email('a@example.org', 'b@example.org')]])
      expect(named(...names)).toMatchObject(refused)
  })

  test('that cannot be read is a verdict, not a crash', () => {
    for (const bytes of [Buffer.from('hello'), Buffer.of(), leaf().der.subarray(1)]) {
      const bundle = forgeBundle()
      const { content: signer } = bundle.verificationMaterial
      if (signer.$case === 'certificate') signer.certificate.rawBytes = bytes
      expect(evaluate(bundle)).toMatchObject(refused)
      expect(evaluate(bundle, { policy: defaultPolicy('key') }).codes).toEqual(['CERTIFICATE_INVALID', 'SIGNER_KIND'])
    }
  })

  test.each([
    ['a name with a byte order mark', [extension.username('\ufeffroot!example.com'), extension.issuer(issuer)]],
    ['an issuer with a byte order mark', [extension.uri(identity), extension.issuer(`\ufeff${issuer}`)]],
    [
      'two issuers',
      [
        extension.uri(identity),
        extension.issuer(issuer),
        { oid: '1.3.6.1.4.1.57264.1.1', value: Buffer.from('https://other.example') },
      ],
    ],
  ])('with %s is refused, though a careless reader sees the right one', (_, names) => {
    const extensions = [...leafExtensions.slice(0, 2), ...names]
    const subject = { regexp: '.' }
    const policy = keylessPolicy({ issuer: { exact: issuer }, subject })
    expect(evaluate(forgeBundle({ leaf: leaf({ extensions }) }), { policy })).toMatchObject(refused)
  })

  test('that the trusted root names as an authority itself is refused: nobody issued it', () => {
    const own = leaf()
    const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { scts: 0 })
    const circumstances = { root: trustedRoot({ chain: [own.der] }), policy }
    expect(evaluate(forgeBundle({ leaf: own }), circumstances)).toMatchObject({ codes: ['CERTIFICATE_INVALID'] })
  })

  test('of an issuer without a name is refused', () => {
    const nameless = leaf({ issuer: { name: '', key: forge.keys.intermediate } })
    expect(evaluate(forgeBundle({ leaf: nameless }))).toMatchObject(refused)
  })
})

describe('the artifact', () => {
  test('that was changed is refused', () => {
    const artifact = artifactOf(Buffer.concat([content, Buffer.of(0)]))
    const message = evaluate(forgeBundle(), { artifact })
    expect(message.codes).toEqual(['ARTIFACT_MISMATCH'])
    expect(message.evidence).toMatchObject({ signed: false, artifact: 'mismatch' })
    expect(evaluate(forgeBundle({ kind: 'envelope' }), { artifact }).codes).toEqual(['ARTIFACT_MISMATCH'])
  })

  test('must be given: nothing was compared is not the same as nothing differs', () => {
    expect(evaluate(forgeBundle(), { artifact: null }).codes).toEqual(['ARTIFACT_MISSING'])
    expect(evaluate(forgeBundle({ kind: 'envelope' }), { artifact: null }).codes).toEqual(['ARTIFACT_MISSING'])
    const policy: Policy = {
      ...keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }),
      artifact: 'optional',
    }
    expect(evaluate(forgeBundle(), { artifact: null, policy }).codes).toEqual(['ARTIFACT_MISSING'])
    expect(evaluate(forgeBundle({ kind: 'envelope' }), { artifact: null, policy }).codes).toEqual([])
  })

  test('matches a subject only if all digests that can be compared agree', () => {
    const sha256 = hash('sha256', content)
    const bundle = forgeBundle({
      kind: 'envelope',
      subjects: [{ name: 'mixed', digest: { sha256, sha512: hash('sha512', other) } }],
    })
    expect(evaluate(bundle).codes).toEqual(['ARTIFACT_MISMATCH'])
    const good = forgeBundle({
      kind: 'envelope',
      subjects: [
        { name: 'a', digest: { sha256: hash('sha256', other) } },
        { name: 'b', digest: { sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709', sha512: hash('sha512', content) } },
      ],
    })
    expect(evaluate(good).codes).toEqual([])
  })

  test('does not match by a weak digest alone', () => {
    const bundle = forgeBundle({
      kind: 'envelope',
      subjects: [{ name: 'file', digest: { sha1: hash('sha1', content) } }],
    })
    expect(evaluate(bundle).codes).toEqual(['ARTIFACT_MISMATCH'])
  })

  test('the message digest in the bundle must be true, though nobody signed it', async () => {
    const bundle = forgeBundle({ entry: false, stamps: [{}] })
    if (bundle.content.$case === 'messageSignature')
      bundle.content.messageSignature.messageDigest.digest = hash('sha256', other, 'buffer')
    const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { log: 0 })
    expect(evaluate(bundle, { policy }).codes).toEqual(['ARTIFACT_MISMATCH'])
    const artifact = await digestArtifact('sha256', hash('sha256', other, 'buffer'))
    expect(evaluate(bundle, { policy, artifact }).codes).toEqual(['SIGNATURE_INVALID'])
  })

  test('an envelope that is no in-toto statement is refused', () => {
    const payload = Buffer.from(JSON.stringify({ hello: 'world' }))
    for (const [payloadType, text] of [
      ['text/plain', payload],
      ['application/vnd.in-toto+json', payload],
      ['application/vnd.in-toto+json', Buffer.from('not json')],
    ] as const)
      expect(evaluate(signedEnvelope(payloadType, text), { artifact: null }).codes).toContain('STATEMENT_INVALID')
  })
})

function signedEnvelope(payloadType: string, payload: Buffer): Bundle {
  const certificate = leaf()
  const covered = Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} ${payload.toString()}`)
  const signature = sign('sha256', covered, certificate.key.privateKey)
  const material = { certificate: certificate.der }
  return envelopeBundle({ payloadType, payload, signature, material, entries: [], timestamps: [] })
}

test('without any trust nothing is verified', () => {
  expect(() => evaluate(forgeBundle(), { root: undefined })).toThrowError(expect.objectContaining({ code: 'USAGE' }))
})
