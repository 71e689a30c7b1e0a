import { describe, expect, test } from 'vitest'
import { type CertificateAuthority, buildChain, parseCertificate } from '../../src/fulcio/index.ts'
import { codeSigning, date, extension, issue, type Issued, timeStamping, type Wishes } from '../forge/certificate.ts'
import {
  ec,
  forge,
  intermediateWishes,
  leaf,
  leafExtensions,
  leafWishes,
  rootWishes,
  signingTime,
} from '../forge/world.ts'

const authority = (...chain: readonly Issued[]): CertificateAuthority => ({
  uri: 'https://ca.forge',
  certificates: chain.map(({ der }) => parseCertificate(der)),
  validFor: { start: date('2026-01-01') },
})
const trusted = [authority(forge.intermediate, forge.root)]
const chainOf = (issued: Issued, authorities = trusted, time = signingTime): number =>
  buildChain(parseCertificate(issued.der), authorities, time).length
const refusal = (message: RegExp): unknown =>
  expect.objectContaining({ code: 'CERTIFICATE_INVALID', message: expect.stringMatching(message) })
const without = (oid: string): typeof leafExtensions => leafExtensions.filter((item) => item.oid !== oid)

describe('a chain', () => {
  test('leads from the leaf over the intermediate to the root', () => {
    expect(chainOf(leaf())).toBe(3)
  })

  test('may begin at an authority that is a root itself', () => {
    const direct = leaf({ issuer: forge.root })
    expect(chainOf(direct, [authority(forge.root)])).toBe(2)
  })

  test('of another authority with the same name is refused', () => {
    const impostor = issue({ ...rootWishes, key: ec('P-384') })
    const fake = issue({ ...intermediateWishes, key: ec('P-384'), issuer: impostor })
    expect(() => chainOf(leaf({ issuer: fake }))).toThrow(refusal(/no trusted authority/))
    expect(() => chainOf(leaf(), [authority(fake, impostor)])).toThrow(refusal(/no trusted authority/))
    expect(() => chainOf(leaf(), [authority(forge.intermediate, impostor)])).toThrow(refusal(/no trusted authority/))
    expect(() => chainOf(leaf(), [])).toThrow(refusal(/no trusted authority/))
  })

  test('is refused with the names of the authorities, each once', () => {
    const impostor = issue({ ...rootWishes, key: ec('P-384') })
    const others = [authority(impostor), authority(impostor)]
    const { uri } = authority(impostor)
    expect(() => chainOf(leaf(), others)).toThrow(expect.objectContaining({ expected: uri }))
  })

  test('of a leaf that is its own anchor is none, read once or twice', () => {
    const certificate = parseCertificate(leaf().der)
    const itself = { ...authority(), certificates: [certificate] }
    expect(() => buildChain(certificate, [itself], signingTime)).toThrow(refusal(/no trusted authority/))
    const only = leaf()
    expect(() => chainOf(only, [authority(only)])).toThrow(refusal(/no trusted authority/))
  })

  test('with a signature over SHA-1 is refused', () => {
    expect(() => chainOf(leaf({ isWeak: true }))).toThrow(refusal(/no trusted authority/))
  })

  test('is found at the second authority when the first did not issue it', () => {
    const impostor = issue({ ...rootWishes, key: ec('P-384') })
    expect(chainOf(leaf(), [authority(impostor), ...trusted])).toBe(3)
  })

  test('with a changed byte in the signed part of the leaf is refused', () => {
    const { der } = leaf()
    // Inside the name of the identity: the certificate still reads well.
    der.write('x', der.indexOf('acme/app'))
    expect(() => buildChain(parseCertificate(der), trusted, signingTime)).toThrow(refusal(/no trusted authority/))
  })
})

describe('a leaf is refused', () => {
  test.each([
    ['before it is valid', '2026-06-01T11:54:59Z', /was not valid/],
    ['after it was valid', '2026-06-01T12:05:01Z', /was not valid/],
  ])('%s', (_, time, message) => {
    expect(() => chainOf(leaf(), trusted, date(time))).toThrow(refusal(message))
  })

  test.each([
    [
      'that is for servers',
      [...without('2.5.29.37'), extension.extendedKeyUsage(['1.3.6.1.5.5.7.3.1'])],
      /not for code signing/,
    ],
    [
      'that is for anything',
      [...without('2.5.29.37'), extension.extendedKeyUsage(['2.5.29.37.0'])],
      /not for code signing/,
    ],
    ['that does not say what it is for', without('2.5.29.37'), /not for code signing/],
    ['that may not sign', [...without('2.5.29.15'), extension.keyUsage('keyCertSign')], /does not allow signatures/],
    ['that does not say whether it may sign', without('2.5.29.15'), /does not allow signatures/],
    ['that is an authority', [...leafExtensions, extension.authority()], /is an authority/],
    [
      'with a critical extension nobody knows',
      [...leafExtensions, { oid: '1.2.3.4', critical: true, value: Buffer.of(5, 0) }],
      /critical extension/,
    ],
  ])('%s', (_, extensions, message) => {
    expect(() => chainOf(leaf({ extensions }))).toThrow(refusal(message))
  })

  test('unless what nobody knows is not critical', () => {
    const extensions = [...leafExtensions, { oid: '1.2.3.4', value: Buffer.of(5, 0) }]
    expect(chainOf(leaf({ extensions }))).toBe(3)
  })
})

describe('an issuer is refused', () => {
  const below = (changes: Partial<Wishes>, root: Wishes = rootWishes): (() => number) => {
    const anchor = issue(root)
    const middle = issue({ ...intermediateWishes, issuer: anchor, ...changes })
    return () => chainOf(leaf({ issuer: middle }), [authority(middle, anchor)])
  }

  test('only for a reason', () => {
    expect(below({})()).toBe(3)
  })

  test.each([
    ['that is no authority', { extensions: [extension.keyUsage('keyCertSign')] }, /not a certificate authority/],
    [
      'that may not sign certificates',
      { extensions: [extension.authority(), extension.keyUsage('digitalSignature')] },
      /no trusted authority/,
    ],
    [
      'that is for timestamps',
      { extensions: [extension.authority(), extension.extendedKeyUsage([timeStamping])] },
      /may not issue for codeSigning/,
    ],
    ['that was not valid then', { notAfter: date('2026-05-01') }, /was not valid/],
    [
      'with a critical extension nobody knows',
      { extensions: [extension.authority(), { oid: '1.2.3.4', critical: true, value: Buffer.of(5, 0) }] },
      /critical extension/,
    ],
    [
      'with name constraints, which are not understood',
      { extensions: [extension.authority(), { oid: '2.5.29.30', value: Buffer.of(0x30, 0) }] },
      /name constraints/,
    ],
  ])('%s', (_, changes, message) => {
    expect(below(changes)).toThrow(refusal(message))
  })

  test('when the root was not valid then', () => {
    expect(below({}, { ...rootWishes, notAfter: date('2026-05-01') })).toThrow(refusal(/was not valid/))
  })

  test('when the path is longer than one of them allows', () => {
    const tight = { ...rootWishes, extensions: [extension.authority(0), extension.keyUsage('keyCertSign')] }
    expect(below({}, tight)).toThrow(refusal(/longer than an issuer allows/))
  })

  test('when the leaf signs another leaf', () => {
    const signer = leaf({ name: 'leaf as issuer' })
    const second = leaf({ issuer: signer })
    expect(() => chainOf(second, [authority(signer, forge.intermediate, forge.root)])).toThrow(refusal(/authority/))
  })

  test('when the authority was not in use then', () => {
    const [first] = trusted
    const ended = { ...first, validFor: { start: date('2026-01-01'), end: date('2026-05-01') } } as CertificateAuthority
    expect(() => chainOf(leaf(), [ended])).toThrow(refusal(/not in use/))
  })
})

describe('a timestamp authority', () => {
  const stamp = (...oids: readonly string[]): Wishes => ({
    name: 'time',
    key: ec('P-384'),
    issuer: forge.root,
    extensions: [extension.keyUsage('digitalSignature'), extension.extendedKeyUsage(oids, true)],
  })
  const build = (wishes: Wishes): number =>
    buildChain(parseCertificate(issue(wishes).der), [authority(forge.root)], signingTime, 'timeStamping').length

  test('has timestamping as its only use, and says so critically', () => {
    expect(build(stamp(timeStamping))).toBe(2)
    expect(() => build(stamp(timeStamping, codeSigning))).toThrow(refusal(/not a timestamp authority/))
    expect(() => build(stamp(codeSigning))).toThrow(refusal(/not a timestamp authority/))
    const mild = [extension.keyUsage('digitalSignature'), extension.extendedKeyUsage([timeStamping])]
    expect(() => build({ ...stamp(timeStamping), extensions: mild })).toThrow(refusal(/not a timestamp authority/))
  })
})

test('the forge signs leaves for ten minutes, as Fulcio does', () => {
  expect((leafWishes.notAfter?.getTime() ?? 0) - (leafWishes.notBefore?.getTime() ?? 0)).toBe(600_000)
})
