import { describe, expect, test } from 'vitest'
import { defaultPolicy, type IdentityMatcher, judge, keylessPolicy, type Policy } from '../../src/policy/index.ts'
import type { Evidence } from '../../src/verify/index.ts'
import { ec, forgeBundle, identity, issuer } from '../forge/world.ts'
import { evaluate } from '../verify/evaluate.ts'

const good: IdentityMatcher = { issuer: { exact: issuer }, subject: { exact: identity } }
const codes = (policy: Policy, bundle = forgeBundle({ kind: 'envelope', stamps: [{}] })): string[] =>
  evaluate(bundle, { policy }).codes

describe('an identity', () => {
  test('needs both the signer and the issuer', () => {
    expect(codes(keylessPolicy(good))).toEqual([])
    expect(codes(keylessPolicy({ ...good, issuer: { exact: 'https://accounts.google.com' } }))).toEqual([
      'IDENTITY_MISMATCH',
    ])
    expect(codes(keylessPolicy({ ...good, subject: { exact: 'dev@example.org' } }))).toEqual(['IDENTITY_MISMATCH'])
    expect(codes(keylessPolicy({ issuer: { exact: 'x' }, subject: { exact: 'y' } }))).toEqual([
      'IDENTITY_MISMATCH',
      'IDENTITY_MISMATCH',
    ])
  })

  test('that is the beginning or the end of the real one is another', () => {
    for (const exact of [identity.slice(0, -1), identity.slice(1), `${identity}x`, identity.replace('acme', 'acm3')])
      expect(codes(keylessPolicy({ ...good, subject: { exact } }))).toEqual(['IDENTITY_MISMATCH'])
  })

  test('may be one of several, and a mixture of two is none', () => {
    const other = { issuer: { exact: 'https://gitlab.com' }, subject: { exact: 'someone' } }
    expect(codes(keylessPolicy([other, good]))).toEqual([])
    const mixed = [
      { ...good, issuer: other.issuer },
      { ...good, subject: other.subject },
    ]
    expect(codes(keylessPolicy(mixed))).toEqual(['IDENTITY_MISMATCH'])
  })

  test('may ask for certificate extensions, and an absent one does not match', () => {
    const withExtension = (extensions: IdentityMatcher['extensions']): Policy =>
      keylessPolicy({ ...good, ...(extensions && { extensions }) })
    expect(codes(withExtension({ issuer: { exact: issuer } }))).toEqual([])
    expect(codes(withExtension({ sourceRepositoryRef: { regexp: '.*' } }))).toEqual(['IDENTITY_MISMATCH'])
  })

  test('is mandatory: there is no policy without one', () => {
    expect(() => keylessPolicy([])).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }))
    const empty: Policy = { ...keylessPolicy(good), signer: { kind: 'identities', anyOf: [] } }
    expect(codes(empty)).toEqual(['IDENTITY_MISMATCH'])
  })

  test('by an expression that is not anchored brings a warning', () => {
    const verdict = (regexp: string): unknown =>
      evaluate(forgeBundle(), { policy: keylessPolicy({ ...good, subject: { regexp } }) }).verdict
    expect(verdict('acme/app')).toMatchObject({ ok: true, warnings: [expect.stringContaining('acme/app')] })
    expect(verdict('^https://github\\.com/acme/app/.*$')).toMatchObject({ ok: true, warnings: [] })
  })
})

describe('thresholds', () => {
  test.each<[Partial<Policy>, string[]]>([
    [{ log: 2 }, ['LOG_MISSING']],
    [{ timestamps: 2 }, ['TIMESTAMP_MISSING']],
    [{ times: 3 }, ['TIME_MISSING']],
    [{ scts: 2 }, ['SCT_MISSING']],
    [{ log: 1, timestamps: 1, times: 2, scts: 1 }, []],
  ])('%j: %j', (thresholds, expected) => {
    expect(codes({ ...keylessPolicy(good), ...thresholds })).toEqual(expected)
  })
})

describe('a statement', () => {
  test('of another predicate type is refused, and a message states nothing', () => {
    const policy = (predicateType: string): Policy => keylessPolicy(good, { predicateType })
    expect(codes(policy('https://example.org/said/v1'))).toEqual([])
    expect(codes(policy('https://slsa.dev/provenance/v1'))).toEqual(['PREDICATE_TYPE'])
    expect(codes(policy('https://example.org/said/v1'), forgeBundle())).toEqual(['PREDICATE_TYPE'])
  })
})

test('evidence without a good signature is refused even if nothing says why', () => {
  const key = ec()
  const { evidence } = evaluate(forgeBundle({ key }), { key: key.publicKey })
  const silent: Evidence = { ...evidence, signed: false, failures: [] }
  expect(judge(silent, defaultPolicy('key')).reasons.map(({ code }) => code)).toEqual(['SIGNATURE_INVALID'])
})

test('every failure in the evidence is a reason, whatever the policy', () => {
  const { evidence } = evaluate(forgeBundle())
  const failures = [{ check: 'log' as const, code: 'LOG_ENTRY_INVALID' as const, message: 'no' }]
  const policy: Policy = { ...keylessPolicy(good), log: 0, times: 0, scts: 0 }
  expect(judge({ ...evidence, failures }, policy)).toMatchObject({
    ok: false,
    reasons: [{ code: 'LOG_ENTRY_INVALID' }],
  })
})

test('verdict and evidence can be printed as JSON', () => {
  const { evidence, verdict } = evaluate(forgeBundle({ kind: 'envelope', stamps: [{}] }))
  const printed = JSON.parse(JSON.stringify({ evidence, verdict }))
  expect(printed.verdict.ok).toBe(true)
  expect(printed.evidence.times).toHaveLength(2)
  expect(JSON.stringify(printed)).not.toContain('"type":"Buffer"')
})

test('a policy whose counts are none is no policy', () => {
  for (const name of ['log', 'timestamps', 'times', 'scts', 'witnesses'] as const)
    for (const count of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null] as number[])
      expect(() => codes({ ...keylessPolicy(good), [name]: count }), `${name} ${count}`).toThrow(
        expect.objectContaining({ code: 'POLICY_INVALID' }),
      )
  for (const name of ['log', 'timestamps', 'times', 'scts'] as const)
    expect(codes({ ...keylessPolicy(good), [name]: 9 })).toHaveLength(1)
})
