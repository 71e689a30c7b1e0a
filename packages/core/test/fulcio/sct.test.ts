import { describe, expect, test } from 'vitest'
import { parseCertificate, verifyScts } from '../../src/fulcio/index.ts'
import { certificateTimestamp, type KeyPair } from '../forge/certificate.ts'
import { ec, forge, leaf, leafExtensions, leafWishes, signingTime, trustedRoot } from '../forge/world.ts'

const log = forge.keys.ctLog
const { ctLogs } = trustedRoot()
const issuer = parseCertificate(forge.intermediate.der)
const sct = (key: KeyPair = log, options = {}, time = signingTime): Buffer =>
  certificateTimestamp(key, leafWishes, time, options)
const check = (scts: readonly Buffer[], logs = ctLogs): ReturnType<typeof verifyScts> =>
  verifyScts(parseCertificate(leaf({}, scts).der), issuer, logs)
const invalid = expect.objectContaining({ code: 'CERTIFICATE_INVALID' })

describe('the timestamps inside a certificate', () => {
  test('verify with the key of their log', () => {
    expect(check([sct()]).verified).toMatchObject([{ url: 'https://ct.forge', time: signingTime }])
  })

  test('may have extensions, which are signed too', () => {
    const extended = sct(log, { extensions: Buffer.from('tile') })
    expect(check([extended]).verified).toHaveLength(1)
    extended[43] = 0x54
    expect(() => check([extended])).toThrow(invalid)
  })

  test('of several logs count for each log once', () => {
    const second = ec()
    const [other] = trustedRoot({ ctLog: second }).ctLogs
    const logs = [...ctLogs, ...(other ? [other] : [])]
    expect(check([sct(), sct(second), sct()], logs).verified).toHaveLength(2)
  })

  test('of a log that is not trusted are reported and count for nothing', () => {
    const { verified, unknownLogs } = check([sct(ec())])
    expect({ verified, unknown: unknownLogs.length }).toEqual({ verified: [], unknown: 1 })
  })

  test('that are about another certificate, issuer or time are refused', () => {
    const moved = sct()
    moved[40] = (moved[40] ?? 0) ^ 1
    const otherLeaf = certificateTimestamp(log, { ...leafWishes, serial: 8 }, signingTime)
    const otherIssuer = sct(log, { issuer: forge.root.key.publicKey })
    for (const wrong of [moved, otherLeaf, otherIssuer]) expect(() => check([wrong])).toThrow(invalid)
  })

  test('that name another hash or another kind of key than the log has are refused', () => {
    for (const [at, values] of [
      [43, [0, 2, 5, 6, 255]],
      [44, [0, 1, 2, 7]],
    ] as const)
      for (const value of values) {
        const wrong = sct()
        wrong[at] = value
        expect(() => check([wrong])).toThrow(invalid)
      }
  })

  test('that are signed over another hash than goes with the key are refused', () => {
    expect(() => check([sct(log, { hash: 'sha512' })])).toThrow(invalid)
  })

  test('are judged anew when a log has changed in the meantime', () => {
    const certificate = parseCertificate(leaf({}, [sct()]).der)
    const [first] = ctLogs
    if (first === undefined) throw new Error('a log is there')
    const changing = { ...first, validFor: { start: new Date(first.validFor.start) } }
    const judged = (): unknown => verifyScts(certificate, issuer, [changing]).verified.length
    expect(judged()).toBe(1)
    changing.validFor.start.setTime(signingTime.getTime() + 1)
    expect(judged).toThrow(invalid)
    changing.validFor.start = first.validFor.start
    expect(judged()).toBe(1)
    changing.key = ec().publicKey
    expect(judged).toThrow(invalid)
  })

  test('of a log that is listed twice verify in either of its periods, and not outside both', () => {
    const listed = (validFor: object) => trustedRoot({ periods: { ctlogs: validFor } }).ctLogs
    const early = listed({ start: '2025-01-01T00:00:00Z', end: '2026-02-01T00:00:00Z' })
    const late = listed({ start: '2026-05-01T00:00:00Z' })
    for (const logs of [
      [...early, ...late],
      [...late, ...early],
    ]) {
      expect(check([sct()], logs).verified).toHaveLength(1)
      expect(() => check([sct(log, {}, new Date('2026-03-01T00:00:00Z'))], logs)).toThrow(invalid)
    }
  })

  test('that cannot be read are refused, at whatever length they are cut off', () => {
    const whole = sct()
    for (let length = 0; length < whole.length; length++)
      expect(() => check([whole.subarray(0, length)])).toThrow(invalid)
    expect(() => check([Buffer.concat([whole, Buffer.of(0)])])).toThrow(invalid)
  })

  test('are not missed by a certificate that has none', () => {
    const bare = parseCertificate(leaf({ extensions: leafExtensions }, []).der)
    expect(verifyScts(bare, issuer, ctLogs).verified).toEqual([])
  })
})
