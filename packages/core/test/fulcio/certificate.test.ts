import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSealwaxError } from '../../src/errors.ts'
import { parseCertificate } from '../../src/fulcio/index.ts'
import { derBoolean, derContext, derNode, derOid, derSequence, tags } from '../../src/encoding/index.ts'
import { extension, issue } from '../forge/certificate.ts'
import { identity, issuer, leaf, leafExtensions, leafWishes } from '../forge/world.ts'

const invalid = expect.objectContaining({ code: 'CERTIFICATE_INVALID' })
const names = (value: Buffer): (() => unknown) => {
  const extensions = [...leafExtensions.filter(({ oid }) => oid !== '2.5.29.17'), { oid: '2.5.29.17', value }]
  return () => parseCertificate(leaf({ extensions }).der).subjectAlternativeNames
}

test('a certificate is read as it was made', () => {
  const certificate = parseCertificate(leaf().der)
  expect(certificate).toMatchObject({
    notBefore: leafWishes.notBefore,
    notAfter: leafWishes.notAfter,
    serial: '1267',
    isAuthority: false,
    allowsSignatures: true,
    pathLength: undefined,
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.3'],
    isExtendedKeyUsageCritical: false,
    unknownCritical: [],
    subjectAlternativeNames: [{ type: 'uri', value: identity }],
    fulcio: { issuer },
  })
  expect(certificate.publicKey.equals(leafWishes.key.publicKey)).toBe(true)
})

test("all of Fulcio's extensions of a real certificate are read", () => {
  const { verificationMaterial } = JSON.parse(
    readFileSync(new URL('../vectors/sigstore-go/sigstore-js-2.0.0-provenance.json', import.meta.url), 'utf8'),
  )
  const der = Buffer.from(verificationMaterial.x509CertificateChain.certificates[0].rawBytes, 'base64')
  const { fulcio } = parseCertificate(der)
  expect(fulcio).toMatchObject({
    issuer: 'https://token.actions.githubusercontent.com',
    githubWorkflowTrigger: 'push',
    sourceRepositoryUri: 'https://github.com/sigstore/sigstore-js',
    runInvocationUri: 'https://github.com/sigstore/sigstore-js/actions/runs/5904696764/attempts/1',
  })
  expect(Object.keys(fulcio)).toHaveLength(20)
})

test('a certificate that was read cannot be changed, and who reads it again gets his own', () => {
  const { der } = leaf()
  const certificate = parseCertificate(der)
  certificate.notAfter.setTime(0)
  certificate.notBefore.setTime(0)
  expect(certificate).toMatchObject({ notBefore: leafWishes.notBefore, notAfter: leafWishes.notAfter })
  expect(Object.isFrozen(certificate)).toBe(true)
  for (const part of [certificate.fulcio, certificate.subjectAlternativeNames, certificate.subjectAlternativeNames[0]])
    expect(Object.isFrozen(part)).toBe(true)
  expect(parseCertificate(der)).not.toBe(certificate)
})

test('a key usage is a well-formed string of bits, or refused', () => {
  const usage = (...octets: number[]): (() => boolean) => {
    const value = derNode(tags.bitString, Buffer.from(octets))
    const rest = leafExtensions.filter(({ oid }) => oid !== '2.5.29.15')
    const { der } = leaf({ extensions: [...rest, { oid: '2.5.29.15', critical: true, value }] })
    return () => parseCertificate(der).allowsSignatures
  }
  for (const octets of [
    [0, 0x80],
    [7, 0x80],
    [7, 0x84, 0x80],
  ])
    expect(usage(...octets)()).toBe(true)
  expect(usage(0)()).toBe(false)
  for (const octets of [[], [1], [7, 0x81], [3, 0x84], [8, 0x80], [9, 0x80], [255, 0x80]])
    expect(usage(...octets)).toThrow(invalid)
})

describe('a name', () => {
  test('that is to be a URI and is none is refused', () => {
    const uri = (text: string): (() => unknown) => names(derSequence(derNode(0x86, Buffer.from(text))))
    for (const text of ['spiffe://acme.example/ns/a', 'https://a.example/x%20y@refs/heads/main'])
      expect(uri(text)()).toEqual([{ type: 'uri', value: text }])
    for (const text of [
      'no scheme',
      ':',
      'https://exa mple/a',
      'https://ex%zzample.org/a',
      'https://a.example/%z',
      'http://[::1',
    ])
      expect(uri(text), text).toThrow(invalid)
  })

  test('with a control character, outside ASCII or empty is refused: it could pass for another where it is printed', () => {
    for (const text of ['a\u0000b@example.org', 'a\u001b[2J@example.org', 'a\u007f', 'ü@example.org', ''])
      expect(names(derSequence(derNode(0x81, Buffer.from(text))))).toThrow(invalid)
  })

  test('with a byte order mark or another format character is refused, and never read without it', () => {
    const username = (text: string): Buffer =>
      derSequence(
        derContext(0, derOid('1.3.6.1.4.1.57264.1.7'), derContext(0, derNode(tags.utf8String, Buffer.from(text)))),
      )
    expect(names(username('root!example.com'))()).toEqual([{ type: 'username', value: 'root!example.com' }])
    for (const mark of ['\ufeff', '\u200b', '\u202e', '\u00ad', '\u2028', '\u0085'])
      for (const text of [`${mark}root!example.com`, `ro${mark}ot!example.com`, `root!example.com${mark}`])
        expect(names(username(text))).toThrow(invalid)
    expect(
      names(derSequence(derContext(0, derOid('1.3.6.1.4.1.57264.1.7'), derContext(0, derNode(12, Buffer.of(0xff)))))),
    ).toThrow(invalid)
  })

  test('in a set instead of a sequence is refused', () => {
    expect(names(derNode(tags.set, derNode(0x86, Buffer.from(identity))))).toThrow(invalid)
  })

  test('of a kind that Fulcio does not issue is no identity', () => {
    expect(names(derSequence(derNode(0x82, Buffer.from('example.org'))))()).toEqual([{ type: 'other', value: '' }])
  })
})

test('an extension twice, or one that cannot be read, is refused', () => {
  const twice = leaf({ extensions: [...leafExtensions, extension.issuer('https://other.example')] })
  expect(() => parseCertificate(twice.der)).toThrow(invalid)
  const broken = leaf({
    extensions: [...leafExtensions, { oid: '1.3.6.1.4.1.57264.1.12', value: Buffer.from('bare') }],
  })
  expect(() => parseCertificate(broken.der)).toThrow(invalid)
})

describe('an extension of Fulcio', () => {
  const read = (oid: string, value: Buffer): (() => unknown) => {
    const extensions = [...leafExtensions.filter((item) => item.oid !== oid), { oid, value }]
    return () => parseCertificate(leaf({ extensions }).der).fulcio
  }
  const text = (value: string): Buffer => derNode(tags.utf8String, Buffer.from(value))
  const arc = '1.3.6.1.4.1.57264.1'

  test.each(['\ufeff', '\u200b', '\u202e', '\u2028', '\n', '\u0000'])('with the character %j is refused', (mark) => {
    for (const value of [`${mark}${issuer}`, `${issuer}${mark}`]) {
      expect(read(`${arc}.8`, text(value))).toThrow(invalid)
      expect(read(`${arc}.1`, Buffer.from(value))).toThrow(invalid)
      expect(read(`${arc}.5`, Buffer.from(value))).toThrow(invalid)
      expect(read(`${arc}.12`, text(value))).toThrow(invalid)
    }
  })

  test('may have emoji in the title of a workflow, but nothing that turns or hides text', () => {
    const title = '👩\u200d💻 Release'
    expect(read(`${arc}.4`, Buffer.from(title))()).toMatchObject({ githubWorkflowName: title })
    expect(read(`${arc}.5`, Buffer.from(title))).toThrow(invalid)
    expect(read(`${arc}.4`, Buffer.from('\u202eRelease'))).toThrow(invalid)
  })

  test('for the issuer may be there in both its forms, but not with two issuers', () => {
    expect(read(`${arc}.1`, Buffer.from(issuer))()).toMatchObject({ issuer })
    for (const other of ['https://other.example', `${issuer}/`, ''])
      expect(read(`${arc}.1`, Buffer.from(other))).toThrow(invalid)
    const old = (value: string): Buffer =>
      leaf({ extensions: [...leafExtensions.slice(0, 3), { oid: `${arc}.1`, value: Buffer.from(value) }] }).der
    expect(parseCertificate(old(issuer)).fulcio).toEqual({ issuer })
    for (const mark of ['\ufeff', '\u202e', '\n'])
      expect(() => parseCertificate(old(`${mark}${issuer}`))).toThrow(invalid)
  })
})

test('a certificate whose issuer has no name is refused, one whose subject has none is not', () => {
  expect(() => parseCertificate(leaf({ issuer: { name: '', key: leafWishes.key } }).der)).toThrow(invalid)
  expect(parseCertificate(leaf({ name: '' }).der).x509.subject).toBeUndefined()
})

test('a BOOLEAN that is neither 00 nor FF is refused: other readers take it for true', () => {
  const withValue = (value: Buffer): (() => unknown) => {
    const extensions = [...leafExtensions, { oid: '2.5.29.19', critical: true, value }]
    return () => parseCertificate(leaf({ extensions }).der).isAuthority
  }
  expect(withValue(derSequence(derBoolean(true)))()).toBe(true)
  expect(withValue(derSequence())()).toBe(false)
  expect(withValue(derSequence(derNode(tags.boolean, Buffer.of(1))))).toThrow(invalid)
  expect(withValue(derNode(tags.set, derBoolean(true)))).toThrow(invalid)

  const { der } = leaf({ extensions: [...leafExtensions, { oid: '1.2.3.4', critical: true, value: Buffer.of(5, 0) }] })
  const at = der.indexOf(Buffer.from('06032a03040101ff', 'hex')) + 7
  expect(parseCertificate(der).unknownCritical).toEqual(['1.2.3.4'])
  der[at] = 1
  expect(() => parseCertificate(der)).toThrow(invalid)
})

test('certificates of another version than 3, and bytes that are no certificate, are refused', () => {
  expect(() => parseCertificate(leaf({ version: 1 }).der)).toThrow(invalid)
  for (const bytes of [Buffer.of(), Buffer.from('hello'), Buffer.alloc(70_000), leaf().der.subarray(0, -1)])
    expect(() => parseCertificate(bytes)).toThrow(invalid)
  const trailing = Buffer.concat([leaf().der, Buffer.of(0)])
  expect(() => parseCertificate(trailing)).toThrow(invalid)
  expect(() => parseCertificate(issue(leafWishes).der)).not.toThrow()
})

test('whatever bytes are changed, a certificate is read or refused, and nothing else happens', () => {
  const { der } = leaf()
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(der.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = Buffer.from(der)
      for (const [at, value] of changes) bytes[at] = value
      try {
        parseCertificate(bytes)
      } catch (error) {
        expect(isSealwaxError(error)).toBe(true)
      }
    }),
    { numRuns: 2000, seed: 1 },
  )
})
