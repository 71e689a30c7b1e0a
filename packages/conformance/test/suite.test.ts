// All verification cases of the public suite, through the client, in this process.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { answer, refusal } from './client.ts'
import { refusals } from './refusals.ts'
import { type By, type Case, digestOf, suite } from './suite.ts'

const temporary = mkdtempSync(join(tmpdir(), 'sealwax-conformance-'))
afterAll(() => rmSync(temporary, { recursive: true, force: true }))

const put = (name: string, content: string): string => {
  const path = join(temporary, name)
  writeFileSync(path, content)
  return path
}
const otherFile = put('other.txt', 'another artifact')
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const otherKey = put('other.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString())

const good = suite.filter(({ isGood }) => isGood)
const bad = suite.filter(({ isGood }) => !isGood)
const named = (cases: readonly Case[]): [string, Case][] => cases.map((one) => [one.name, one])
const caseOf = (name: string): Case => suite.find((one) => one.name === name) as Case

test('the suite has 70 cases, which make 140 with path and digest', () => {
  expect([good.length, bad.length]).toEqual([21, 49])
  expect(Object.keys(refusals)).toEqual(bad.map(({ name }) => name))
})

describe.each<By>(['path', 'digest'])('by %s', (by) => {
  test.each(named(good))('%s is accepted', async (_, { argv }) => {
    expect(await answer(argv(by))).toEqual({ code: 0, stdout: 'verified\n', stderr: '' })
  })

  test.each(named(bad))('%s is refused for what is wrong with it', async (name, { argv }) => {
    expect(await refusal(argv(by))).toContain(refusals[name])
  })

  test.each(named(good))('%s is refused for another artifact', async (_, { argv }) => {
    expect(await refusal(argv(by, { artifact: otherFile }))).toContain('ARTIFACT_MISMATCH')
  })

  test.each(named(good))('%s is refused for another signer', async (_, { argv, material }) => {
    const { identity, issuer, key } = material
    if (key !== undefined) {
      expect(await refusal(argv(by, { key: otherKey }))).toContain('SIGNATURE_INVALID')
      expect(await refusal(argv(by, { key: undefined }))).toContain('SIGNER_KIND')
      return
    }
    expect(await refusal(argv(by, { identity: `${identity}.` }))).toContain('IDENTITY_MISMATCH')
    expect(await refusal(argv(by, { identity: identity.slice(0, -1) }))).toContain('IDENTITY_MISMATCH')
    expect(await refusal(argv(by, { issuer: `${issuer}/` }))).toContain('IDENTITY_MISMATCH')
    expect(await refusal(argv(by, { key: otherKey }))).toContain('SIGNER_KIND')
  })

  test.each(named(good))('%s is refused by those who trust another Sigstore', async (_, { argv, material }) => {
    const instance = material.trustedRoot === undefined ? 'rekor2-happy-path' : 'bundle-with-sct-with-extensions'
    const { trustedRoot } = caseOf(instance).material
    const isSame = readFileSync(trustedRoot ?? '', 'utf8') === readFileSync(material.trustedRoot ?? otherFile, 'utf8')
    const stranger = isSame ? caseOf('intoto-with-custom-trust-root').material.trustedRoot : trustedRoot
    expect(await refusal(argv(by, { trustedRoot: stranger }))).toContain('LOG_MISSING')
  })
})

test('a timestamp from when the certificate was not valid is refused also in base64 without line breaks', async () => {
  const { argv, material } = caseOf('rekor2-timestamp-with-incorrect-time_fail')
  const plain = put('plain.json', readFileSync(material.bundle, 'utf8').replaceAll('\\n', ''))
  expect(await refusal(argv('path', { bundle: plain }))).toContain('CERTIFICATE_INVALID')
})

test('a digest in capitals is a digest, and one of another length or hash is the name of a file', async () => {
  const { argv, material } = caseOf('happy-path-v0.3')
  const [digest = '', ...rest] = argv('digest').toReversed()
  const by = (text: string): string[] => [...rest.toReversed(), text]
  expect(await answer(by(digest.toUpperCase().replace('SHA256', 'sha256')))).toMatchObject({ code: 0 })
  for (const text of [digest.slice(0, -1), `${digest}0`, digest.replace('sha256', 'sha512'), digest.slice(7)])
    expect(await refusal(by(text))).toEqual(['FILE_NOT_FOUND'])
  expect(digestOf(readFileSync(material.artifact))).toBe(digest)
})

test('the staging instance is trusted by those who ask for it, and by nobody else', async () => {
  const { argv } = caseOf('rekor2-happy-path')
  const [verb = '', ...rest] = argv('path', { trustedRoot: undefined })
  expect(await answer([verb, '--staging', ...rest])).toMatchObject({ code: 0 })
  expect(await refusal([verb, ...rest])).toContain('LOG_MISSING')
  const [, ...production] = caseOf('happy-path-v0.3').argv('path')
  expect(await refusal([verb, '--staging', ...production])).toContain('LOG_MISSING')
  // A root that is named wins.
  expect(await answer(['verify-bundle', '--staging', ...argv('path').slice(1)])).toMatchObject({ code: 0 })
})
