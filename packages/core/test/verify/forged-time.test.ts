import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { keylessPolicy } from '../../src/policy/index.ts'
import { parseTrustedRoot, type TrustedRoot } from '../../src/trust/index.ts'
import { codeSigning, extension, issue, type KeyPair, type Wishes } from '../forge/certificate.ts'
import {
  content,
  ec,
  forge,
  forgeBundle,
  identity,
  issuer,
  rootWishes,
  signingTime,
  stampWishes,
  trustedRoot,
  trustedRootJson,
} from '../forge/world.ts'
import { evaluate, root } from './evaluate.ts'

const other = Buffer.from('something else')
const hour = 3_600_000
const after = (milliseconds: number): Date => new Date(signingTime.getTime() + milliseconds)

describe('the timestamp', () => {
  const withStamp = (changes: object): string[] => evaluate(forgeBundle({ stamps: [changes] })).codes
  const refused = ['TIMESTAMP_INVALID']

  test('over another signature, or over the content, is refused', () => {
    expect(withStamp({ over: other })).toEqual(refused)
    expect(withStamp({ over: content })).toEqual(refused)
  })

  test.each([
    ['signed by another key', { signedBy: ec('P-384') }],
    ['that signs another content', { messageDigest: Buffer.alloc(32) }],
    ['that signs another type of content', { contentType: '1.2.840.113549.1.7.1' }],
    ['that names another certificate', { namedCertificate: forge.root.der }],
    ['with SHA-1', { imprintHash: '1.3.14.3.2.26' }],
    ['that was not granted', { status: 2 }],
    ['that was granted with modifications', { status: 1 }],
    ['with two signers', { signers: 2 }],
    ['without a signer', { signers: 0 }],
    ['whose algorithm is for RSA keys', { signatureOid: '1.2.840.113549.1.1.12' }],
    ['whose algorithm is for Ed25519 keys', { signatureOid: '1.3.101.112' }],
    ['whose algorithm has another hash', { signatureOid: '1.2.840.10045.4.3.2' }],
  ])('%s is refused', (_, changes) => {
    expect(withStamp(changes)).toEqual(refused)
  })

  test('before or after the certificate was valid is refused, though the log says otherwise', () => {
    expect(withStamp({ time: after(-hour) })).toEqual(['CERTIFICATE_INVALID'])
    expect(withStamp({ time: after(hour) })).toEqual(['CERTIFICATE_INVALID'])
    expect(evaluate(forgeBundle({ stamps: [{}, { time: after(hour) }] })).codes).toEqual(['CERTIFICATE_INVALID'])
  })

  test('of an authority that is not trusted counts for nothing, also when it brings its own certificates', () => {
    const chief = issue({ ...rootWishes, name: 'stranger', key: ec('P-384') })
    const certificate = issue({ ...stampWishes, issuer: chief })
    const stranger = { ...certificate, issuerName: 'stranger', serial: 77 }
    for (const embed of [undefined, [certificate.der, chief.der], [forge.stamp.der, forge.stampRoot.der]]) {
      const stamps = [{ authority: stranger, ...(embed && { embed }) }]
      const { codes, evidence } = evaluate(forgeBundle({ entry: false, stamps }), {
        policy: keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { log: 0 }),
      })
      expect(codes).toEqual(['CERTIFICATE_INVALID', 'TIME_MISSING'])
      expect(evidence.unknown).toMatchObject([{ check: 'timestamp' }])
    }
  })

  test('of a known authority is not made a stranger’s by another signer’s id, which no signature covers', () => {
    const renamed = { ...forge.stamp, issuerName: 'stranger', serial: 77 }
    const renumbered = { ...forge.stamp, issuerName: forge.stampRoot.name, serial: 78 }
    const anchored = trustedRoot({ stampChain: [forge.stampRoot.der] })
    const embed = [forge.stamp.der]
    for (const authority of [renamed, renumbered]) {
      expect(withStamp({ authority })).toEqual(refused)
      expect(withStamp({ authority, embed })).toEqual(refused)
      expect(evaluate(forgeBundle({ stamps: [{ authority, embed }] }), { root: anchored }).codes).toEqual(refused)
    }
    // Its certificate left out, or another one brought instead.
    for (const stamp of [{}, { embed: [forge.stampRoot.der] }])
      expect(evaluate(forgeBundle({ stamps: [stamp] }), { root: anchored }).codes).toEqual(refused)
  })

  test('of an authority whose certificate may not make timestamps, or was not valid then, is refused', () => {
    const [usage, use] = stampWishes.extensions ?? []
    const wrong: Partial<Wishes>[] = [
      { extensions: usage ? [usage] : [] },
      { extensions: use ? [use] : [] },
      { extensions: [...(usage ? [usage] : []), extension.extendedKeyUsage([codeSigning], true)] },
      { notAfter: after(-1000) },
      { notBefore: after(1000) },
      { issuer: { ...forge.stampRoot, key: ec('P-384') } },
    ]
    for (const changes of wrong) {
      const certificate = issue({ ...stampWishes, ...changes })
      const authority = { ...certificate, issuerName: forge.stampRoot.name, serial: 77 }
      const named = trustedRoot({ stampChain: [certificate.der, forge.stampRoot.der] })
      expect(evaluate(forgeBundle({ stamps: [{ authority }] }), { root: named }).codes).toEqual(refused)
      const anchored = trustedRoot({ stampChain: [forge.stampRoot.der] })
      const bundle = forgeBundle({ stamps: [{ authority, embed: [certificate.der] }] })
      expect(evaluate(bundle, { root: anchored }).codes).toEqual(refused)
    }
  })

  test('by a stranger who calls himself the issuer is refused, whatever kind of key he has', () => {
    const anchored = trustedRoot({ stampChain: [forge.stampRoot.der] })
    const kinds = ['x25519', 'ed25519', 'ed448'] as const
    const strangers: KeyPair[] = kinds.map((kind) => generateKeyPairSync(kind as 'ed25519'))
    strangers.push(generateKeyPairSync('rsa', { modulusLength: 2048 }))
    for (const key of strangers)
      for (const signatureOid of ['1.2.840.10045.4.3.2', '1.2.840.113549.1.1.13', '1.3.101.112']) {
        const certificate = issue({ ...stampWishes, key, issuer: { name: forge.stampRoot.name, key: ec('P-384') } })
        const authority = { ...certificate, issuerName: forge.stampRoot.name, serial: 77 }
        const stamp = { authority, embed: [certificate.der], signedBy: ec(), signatureOid }
        const { codes, evidence } = evaluate(forgeBundle({ stamps: [stamp] }), { root: anchored })
        expect(codes).toEqual(refused)
        expect(evidence.failures[0]?.message).toMatch(/no trusted authority issued the certificate/)
      }
  })

  test('of an authority without an address and without a name is still one', () => {
    const anonymous = issue({ ...stampWishes, name: '' })
    const json = trustedRootJson({ stampChain: [anonymous.der, forge.stampRoot.der] })
    const [first] = json['timestampAuthorities'] as object[]
    const named = parseTrustedRoot(JSON.stringify({ ...json, timestampAuthorities: [{ ...first, uri: '' }] }))
    const authority = { ...anonymous, issuerName: forge.stampRoot.name, serial: 77 }
    const { codes, evidence } = evaluate(forgeBundle({ stamps: [{ authority }] }), { root: named })
    expect(codes).toEqual([])
    expect(evidence.times[0]).toMatchObject({ authority: 'timestamp authority' })
    const wrong = evaluate(forgeBundle({ stamps: [{ authority, signedBy: ec('P-384') }] }), { root: named })
    expect(wrong.codes).toEqual(refused)
  })

  test('twice by the same authority is one witness', () => {
    const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { timestamps: 2 })
    expect(evaluate(forgeBundle({ stamps: [{}, { time: after(1000) }] }), { policy }).codes).toEqual([
      'TIMESTAMP_MISSING',
    ])
  })

  test('by two authorities is two, and by neither of them when it is by a third', () => {
    const stampRoot = issue({ ...rootWishes, name: 'second time root', key: ec('P-384') })
    const second = issue({ ...stampWishes, name: 'second time', key: ec('P-384'), issuer: stampRoot })
    const listed = trustedRootJson({ stampChain: [second.der, stampRoot.der] })
    const [theirs] = listed['timestampAuthorities'] as object[]
    const json = trustedRootJson()
    const authorities = [...(json['timestampAuthorities'] as object[]), { ...theirs, uri: 'https://second.forge' }]
    const both = parseTrustedRoot(JSON.stringify({ ...json, timestampAuthorities: authorities }))
    const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { timestamps: 2 })
    const authority = { ...second, issuerName: stampRoot.name, serial: 77 }
    const judged = (stamps: object[]): string[] => evaluate(forgeBundle({ stamps }), { root: both, policy }).codes
    expect(judged([{}, { authority }])).toEqual([])
    const third = issue({ ...stampWishes, name: 'third time', issuer: { ...stampRoot, name: 'third' } })
    expect(judged([{}, { authority: { ...third, issuerName: 'third', serial: 77 } }])).toEqual(['TIMESTAMP_MISSING'])
    expect(judged([{}, { authority, signedBy: ec('P-384') }])).toEqual(refused)
  })

  test('is taken from an embedded certificate when the root names only the authority above it', () => {
    const anchored = trustedRoot({ stampChain: [forge.stampRoot.der] })
    const bundle = forgeBundle({ stamps: [{ embed: [forge.stamp.der] }] })
    expect(evaluate(bundle, { root: anchored }).evidence.times).toHaveLength(2)
    expect(evaluate(forgeBundle({ stamps: [{}] }), { root: anchored }).evidence.times).toHaveLength(1)
  })
})

describe('time', () => {
  const period = { start: '2026-06-01T13:00:00Z' }
  const ended = { start: '2026-01-01T00:00:00Z', end: '2026-06-01T11:00:00Z' }
  const at = (name: string, validFor: object, stamps: object[] = []): string[] =>
    evaluate(forgeBundle({ stamps }), { root: trustedRoot({ periods: { [name]: validFor } }) }).codes

  test('an authority, a log, a timestamp authority only count for the time in which they were in use', () => {
    for (const validFor of [period, ended]) {
      expect(at('certificateAuthorities', validFor)).toEqual(['CERTIFICATE_INVALID'])
      expect(at('tlogs', validFor)).toEqual(['LOG_ENTRY_INVALID'])
      expect(at('ctlogs', validFor)).toEqual(['SCT_INVALID'])
      expect(at('timestampAuthorities', validFor, [{}])).toEqual(['TIMESTAMP_INVALID'])
    }
  })

  test('the first and the last moment belong to the period', () => {
    const moment = signingTime.toISOString()
    for (const name of ['certificateAuthorities', 'tlogs', 'ctlogs', 'timestampAuthorities'])
      expect(at(name, { start: moment, end: moment }, [{}])).toEqual([])
  })

  test('an entry without a time of its own is as old as the timestamp', () => {
    const bundle = forgeBundle({ entry: { promise: false }, stamps: [{}] })
    expect(evaluate(bundle, { root: trustedRoot({ periods: { tlogs: period } }) }).codes).toEqual(['LOG_ENTRY_INVALID'])
  })

  test('an entry without any time needs a log that is in use already', () => {
    const key = ec()
    const bundle = forgeBundle({ key, entry: { promise: false } })
    const judged = (validFor: object, now: Date): string[] =>
      evaluate(bundle, { key: key.publicKey, root: trustedRoot({ periods: { tlogs: validFor } }), now }).codes
    expect(judged(period, after(2 * hour))).toEqual([])
    expect(judged(period, after(hour))).toEqual([])
    expect(judged(period, after(hour - 1))).toEqual(['LOG_ENTRY_INVALID'])
    // Whether it was made before the end, nobody can tell.
    expect(judged(ended, after(hour))).toEqual([])
  })

  test('a time that an entry only claims must lie in the time in which its log was in use', () => {
    const key = ec()
    const bundle = forgeBundle({ key })
    const [entry] = bundle.verificationMaterial.tlogEntries
    if (entry) entry.inclusionPromise = undefined
    const judged = (validFor: object): string[] =>
      evaluate(bundle, { key: key.publicKey, root: trustedRoot({ periods: { tlogs: validFor } }) }).codes
    expect(judged({ start: '2026-06-01T12:00:00Z', end: '2026-06-01T12:00:00Z' })).toEqual([])
    expect(judged(period)).toEqual(['LOG_ENTRY_INVALID'])
    expect(judged(ended)).toEqual(['LOG_ENTRY_INVALID'])
    if (entry) entry.integratedTime = '9223372036854775807'
    expect(judged({ start: '2026-01-01T00:00:00Z' })).toEqual(['LOG_ENTRY_INVALID'])
  })

  test('a log that is listed twice counts in both periods and in no other', () => {
    const listed = (first: object, second: object): TrustedRoot => {
      const logs = [first, second].flatMap((tlogs) => trustedRoot({ periods: { tlogs } }).transparencyLogs)
      return { ...root, transparencyLogs: logs }
    }
    const later = { start: '2026-06-01T11:30:00Z' }
    for (const wishes of [{}, { entry: { promise: false }, stamps: [{}] }]) {
      const bundle = forgeBundle(wishes)
      expect(evaluate(bundle, { root: listed(ended, later) }).codes).toEqual([])
      expect(evaluate(bundle, { root: listed(later, ended) }).codes).toEqual([])
      expect(evaluate(bundle, { root: listed(ended, period) }).codes).toEqual(['LOG_ENTRY_INVALID'])
    }
  })

  test('a clock that tells no time is wrong use', () => {
    expect(() => evaluate(forgeBundle(), { now: new Date(Number.NaN) })).toThrowError(
      expect.objectContaining({ code: 'USAGE' }),
    )
  })

  test('an entry outside the certificate is refused', () => {
    expect(evaluate(forgeBundle({ entry: { time: after(hour) } })).codes).toEqual(['LOG_ENTRY_INVALID'])
  })

  test('a time that the log did not sign is not believed, and refused when it cannot be', () => {
    const bundle = forgeBundle({ entry: { promise: false }, stamps: [{}] })
    const [entry] = bundle.verificationMaterial.tlogEntries
    if (entry) entry.integratedTime = String(Math.floor(signingTime.getTime() / 1000))
    expect(evaluate(bundle).evidence.times).toHaveLength(1)
    if (entry) entry.integratedTime = '1'
    expect(evaluate(bundle).codes).toEqual(['LOG_ENTRY_INVALID'])
  })

  test('without a witness the clock decides, and only when the policy asks for no time', () => {
    const bundle = forgeBundle({ entry: false })
    const policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } }, { log: 0, times: 0 })
    expect(evaluate(bundle, { policy, now: signingTime }).codes).toEqual([])
    const late = evaluate(bundle, { policy, now: after(hour) })
    expect(late.codes).toEqual(['CERTIFICATE_INVALID'])
    expect(late.verdict.reasons[0]?.message).toMatch(/^no witness tells the time/)
    expect(evaluate(bundle, { policy, now: signingTime, root }).evidence.times).toEqual([])
  })
})
