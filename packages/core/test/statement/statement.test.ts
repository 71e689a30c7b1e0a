import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/limits.ts'
import { parseStatement, predicateTypes, SLSA_PROVENANCE } from '../../src/statement/index.ts'
import { makeStatement, statementBytes } from '../../src/statement/signing.ts'

const sha256 = 'ab'.repeat(32)
const subject = [{ name: 'a.js', digest: { sha256 } }]
const good = {
  _type: 'https://in-toto.io/Statement/v1',
  subject,
  predicateType: 'https://example.com/p',
  predicate: {},
}
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

describe('a statement', () => {
  test('is the same bytes whatever the order in which it was put together', () => {
    const one = makeStatement(subject, SLSA_PROVENANCE, { b: 1, a: { d: 1, c: 2 } })
    const other = makeStatement([{ digest: { sha256 }, name: 'a.js' }], SLSA_PROVENANCE, { a: { c: 2, d: 1 }, b: 1 })
    expect(statementBytes(one).equals(statementBytes(other))).toBe(true)
  })

  test('is read as it was written', () => {
    const statement = makeStatement(subject, SLSA_PROVENANCE, { a: [1, 'x', null] })
    expect(parseStatement(statementBytes(statement))).toEqual(statement)
  })

  test('of version 0.1 is read', () => {
    const older = { ...good, _type: 'https://in-toto.io/Statement/v0.1' }
    expect(parseStatement(bytes(older))).toEqual(older)
  })

  test('of an image, whose subject has no name, is read', () => {
    const image = { ...good, subject: [{ digest: { sha256 } }] }
    expect(parseStatement(bytes(image)).subject).toEqual([{ name: '', digest: { sha256 } }])
  })

  test('with digests in upper case is read in lower case', () => {
    const upper = { ...good, subject: [{ name: 'a', digest: { sha256: sha256.toUpperCase() } }] }
    expect(parseStatement(bytes(upper)).subject[0]?.digest).toEqual({ sha256 })
  })

  test.each<[string, unknown]>([
    ['another type', { ...good, _type: 'https://in-toto.io/Statement/v2' }],
    ['no type', { ...good, _type: undefined }],
    ['no predicate type', { ...good, predicateType: '' }],
    ['no subjects', { ...good, subject: [] }],
    ['subjects that are no list', { ...good, subject: { name: 'a' } }],
    ['a subject that is no object', { ...good, subject: ['a'] }],
    ['a subject without digest', { ...good, subject: [{ name: 'a' }] }],
    ['a subject with an empty digest', { ...good, subject: [{ name: 'a', digest: {} }] }],
    ['a digest that is too short', { ...good, subject: [{ name: 'a', digest: { sha256: 'ab' } }] }],
    ['a digest that is no hexadecimal', { ...good, subject: [{ name: 'a', digest: { sha256: 'z'.repeat(64) } }] }],
    ['a digest that is no text', { ...good, subject: [{ name: 'a', digest: { sha256: 5 } }] }],
    ['a name that is no text', { ...good, subject: [{ name: 5, digest: { sha256 } }] }],
    ['a list instead of an object', [good]],
    ['nothing', null],
  ])('with %s is refused', (_, value) => {
    expect(() => parseStatement(bytes(value))).toThrowError(expect.objectContaining({ code: 'STATEMENT_INVALID' }))
  })

  test('that is no JSON is refused', () => {
    expect(() => parseStatement(Buffer.from('{'))).toThrowError(expect.objectContaining({ code: 'STATEMENT_INVALID' }))
  })

  test('with a digest named like a property of every object does not confuse the reader', () => {
    const odd = { ...good, subject: [{ name: 'a', digest: { sha256, constructor: 'x' } }] }
    expect(parseStatement(bytes(odd)).subject[0]?.digest).toHaveProperty('constructor', 'x')
  })

  test('that is too large, or names too many subjects, is refused', () => {
    const large = Buffer.alloc(limits.payload + 1, ' ')
    expect(() => parseStatement(large)).toThrowError(expect.objectContaining({ code: 'INPUT_TOO_LARGE' }))
    const many = { ...good, subject: Array.from({ length: limits.readSubjects + 1 }, () => ({ digest: { x: '' } })) }
    expect(() => parseStatement(bytes(many))).toThrowError(expect.objectContaining({ code: 'STATEMENT_INVALID' }))
  })

  test('is read or refused, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('_type', 'subject', 'predicateType', ''), (json, member) => {
        const text = member === '' ? json : JSON.stringify({ ...good, [member]: JSON.parse(json) })
        try {
          parseStatement(Buffer.from(text))
        } catch (error) {
          expect(error).toMatchObject({ name: 'SealwaxError' })
        }
      }),
    )
  })
})

test('the short names of predicate types are those of cosign', () => {
  expect(Object.keys(predicateTypes).sort()).toEqual(
    'custom cyclonedx link openvex slsaprovenance slsaprovenance02 slsaprovenance1 spdx spdxjson vuln'.split(' '),
  )
})
