import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSealwaxError } from '../../src/errors.ts'
import { readBody } from '../../src/rekor/index.ts'
import { dsseRecord, hashedRekord, hashedRekordV2 } from '../forge/log.ts'
import { vectors } from '../verify/vectors.ts'

const logged = { signature: Buffer.from('signature'), verifier: Buffer.from('certificate'), isCertificate: true }
const digest = Buffer.alloc(32, 1)
const read = (json: unknown): unknown => readBody(Buffer.from(JSON.stringify(json)))
const invalid = expect.objectContaining({ code: 'ENTRY_INVALID' })

describe('the body of an entry', () => {
  test('is read, whatever its kind', () => {
    const same = { signature: logged.signature, verifier: logged.verifier }
    expect(read(hashedRekord(logged, 'sha512', digest))).toMatchObject({
      ...same,
      digest: { of: 'message', hash: 'sha512', value: digest },
    })
    expect(read(dsseRecord(logged, digest))).toMatchObject({ ...same, digest: { of: 'payload', hash: 'sha256' } })
    expect(read(hashedRekordV2(logged, 'SHA2_256', digest, 'PKIX_ECDSA_P256_SHA_256'))).toMatchObject({
      ...same,
      version: '0.0.2',
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      digest: { of: 'message', hash: 'sha256', value: digest },
    })
  })

  test('of real entries holds the signature of their bundles', () => {
    for (const { bundle } of vectors) {
      const [entry] = bundle.verificationMaterial.tlogEntries
      const { content } = bundle
      const signature =
        content.$case === 'dsseEnvelope' ? content.dsseEnvelope.signatures[0]?.sig : content.messageSignature.signature
      expect(readBody(entry?.canonicalizedBody ?? Buffer.of()).signature).toEqual(signature)
    }
  })

  test('of another kind or shape is refused', () => {
    const good = hashedRekord(logged, 'sha256', digest) as { spec: object }
    const several = dsseRecord(logged, digest) as { spec: { signatures: unknown[] } }
    several.spec.signatures.push(several.spec.signatures[0])
    const bad: unknown[] = [
      several,
      null,
      [],
      {},
      { ...good, kind: 'rpm' },
      { ...good, apiVersion: '0.0.3' },
      { ...good, more: 1 },
      { ...good, spec: { ...good.spec, more: 1 } },
      hashedRekord(logged, 'md5', digest),
      {
        ...(dsseRecord(logged, digest) as object),
        spec: { payloadHash: { algorithm: 'sha256', value: '00' }, signatures: [] },
      },
    ]
    for (const [name, spec] of [
      ['envelopeHash', undefined],
      ['envelopeHash', { algorithm: 'sha256', value: 'no hexadecimal' }],
    ] as const) {
      const dsse = dsseRecord(logged, digest) as { spec: object }
      bad.push({ ...dsse, spec: { ...dsse.spec, [name]: spec } })
    }
    for (const json of bad) expect(() => read(json)).toThrow(invalid)
    expect(() => readBody(Buffer.from('no json'))).toThrow(invalid)
  })

  test('names its signer in one PEM block and nothing around it', () => {
    const withKey = (text: string): (() => unknown) => {
      const content = Buffer.from(text).toString('base64')
      return () =>
        read({
          apiVersion: '0.0.1',
          kind: 'hashedrekord',
          spec: {
            data: { hash: { algorithm: 'sha256', value: digest.toString('hex') } },
            signature: { content: 'AAAA', publicKey: { content } },
          },
        })
    }
    const block = (label: string): string => `-----BEGIN ${label}-----\nY2VydA==\n-----END ${label}-----\n`
    const certificate = block('CERTIFICATE')
    expect(withKey(certificate)()).toMatchObject({ isCertificate: true, verifier: Buffer.from('cert') })
    expect(withKey(block('PUBLIC KEY'))()).toMatchObject({ isCertificate: false })
    for (const wrong of [
      `junk\n${certificate}`,
      `${certificate}junk`,
      certificate + certificate,
      certificate.replace('END CERTIFICATE', 'END PUBLIC KEY'),
      block('PRIVATE KEY'),
      'Y2VydA==',
      '',
    ])
      expect(withKey(wrong), wrong).toThrow(invalid)
  })

  test('of Rekor v2 names one signer, and the other not even as null', () => {
    const body = hashedRekordV2(logged, 'SHA2_256', digest, 'PKIX_ECDSA_P256_SHA_256')
    const text = JSON.stringify(body)
    expect(readBody(Buffer.from(text))).toMatchObject({ isCertificate: true })
    for (const wrong of ['"publicKey":null,"x509Certificate"', '"publicKey":{"rawBytes":"AAAA"},"x509Certificate"'])
      expect(() => readBody(Buffer.from(text.replace('"x509Certificate"', wrong)))).toThrow(invalid)
    expect(() => readBody(Buffer.from(text.replace('"x509Certificate":', '"more":')))).toThrow(invalid)
  })

  test('is read or refused, whatever is in it, and nothing else happens', () => {
    const text = JSON.stringify(hashedRekordV2(logged, 'SHA2_256', digest, 'PKIX_ECDSA_P256_SHA_256'))
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 6 }), fc.nat(6), (at, insert, remove) => {
        try {
          readBody(Buffer.from(text.slice(0, at) + insert + text.slice(at + remove)))
        } catch (error) {
          expect(isSealwaxError(error)).toBe(true)
        }
      }),
      { numRuns: 2000, seed: 1 },
    )
  })
})
