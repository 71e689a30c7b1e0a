import { describe, expect, test } from 'vitest'
import { hash } from 'node:crypto'
import { intotoRecord, type Logged } from '../forge/log.ts'
import { coveredBy, signatureOf } from '../forge/v2.ts'
import { content, ec, forgeBundle, leaf } from '../forge/world.ts'
import { evaluate } from './evaluate.ts'

const refused = ['LOG_ENTRY_INVALID']

/** A statement whose entry is of the older kind `intoto`, which says what `says` says and else the truth. */
function judged(says: { logged?: Partial<Logged>; payload?: Buffer; version?: string } = {}): string[] {
  const certificate = leaf()
  const draft = forgeBundle({ leaf: certificate, kind: 'envelope', entry: false })
  const signature = signatureOf(draft)
  const payload = draft.content.$case === 'dsseEnvelope' ? draft.content.dsseEnvelope.payload : Buffer.of()
  expect(coveredBy(draft, content).includes(payload)).toBe(true)
  const logged = { signature, verifier: certificate.der, isCertificate: true, ...says.logged }
  const version = says.version ?? '0.0.2'
  const body = intotoRecord(logged, says.payload ?? payload, version)
  return evaluate(
    forgeBundle({ leaf: certificate, kind: 'envelope', signature, entry: { body, kind: 'intoto', version } }),
  ).codes
}

describe('an entry of the kind intoto', () => {
  test('is accepted when it is about the signature, the certificate and the payload', () => {
    expect(judged()).toEqual([])
  })

  test('about another signature, certificate or payload is refused', () => {
    expect(judged({ logged: { signature: hash('sha256', content, 'buffer') } })).toEqual(refused)
    expect(judged({ logged: { verifier: leaf({ key: ec() }).der } })).toEqual(refused)
    expect(judged({ payload: Buffer.from('{}') })).toEqual(refused)
  })

  test('of version 0.0.1, which holds no signature, is refused', () => {
    expect(judged({ version: '0.0.1' })).toEqual(refused)
  })

  test('is not for messages', () => {
    const certificate = leaf()
    const signature = signatureOf(forgeBundle({ leaf: certificate, entry: false }))
    const body = intotoRecord({ signature, verifier: certificate.der, isCertificate: true }, content)
    const entry = { body, kind: 'intoto', version: '0.0.2' }
    expect(evaluate(forgeBundle({ leaf: certificate, signature, entry })).codes).toEqual(refused)
  })
})
