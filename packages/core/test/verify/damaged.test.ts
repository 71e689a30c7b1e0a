import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parseBundle } from '../../src/bundle/index.ts'
import { isSealwaxError } from '../../src/errors.ts'
import { limits } from '../../src/limits.ts'
import { contentArtifact, digestArtifact, type Evidence } from '../../src/verify/index.ts'
import { issue } from '../forge/certificate.ts'
import { forge, forgeBundle, stampWishes } from '../forge/world.ts'
import { evaluate } from './evaluate.ts'
import { oracle } from './oracle.ts'
import { readVector, type Vector, vectors } from './vectors.ts'

/** The evidence of a text that is accepted in the vector's circumstances. Anything thrown must be a SealwaxError. */
function accepted({ root, key, artifact, policy }: Vector, text: Uint8Array): Evidence | undefined {
  try {
    const { verdict, evidence } = evaluate(parseBundle(text), { root, ...(key && { key }), artifact, policy })
    return verdict.ok ? evidence : undefined
  } catch (error) {
    if (!isSealwaxError(error)) throw error
    return undefined
  }
}

/**
 * All that the evidence says, but for the media type, which nobody signs, and which a change of one byte can turn into that
 * of another version.
 */
function said({ bundle, ...rest }: Evidence): unknown {
  return { ...rest, content: bundle.content }
}

/** The paths at which two JSON values differ, with `[]` for every index. */
function differences(a: unknown, b: unknown, path = ''): string[] {
  if (!isObject(a) || !isObject(b)) return a === b ? [] : [path]
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].flatMap((name) => differences(a[name], b[name], `${path}${Array.isArray(a) ? '[]' : `.${name}`}`))
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const jsonOf = (text: Uint8Array): unknown => JSON.parse(Buffer.from(text).toString())

function pick(part: string): Vector {
  const found = vectors.find(({ name }) => name.includes(part))
  if (found === undefined) throw new Error(`no vector ${part}`)
  return found
}

// Every byte of the smallest, a dense sample of the larger ones: each byte of theirs falls to one of the strides in turn.
describe.each([
  [
    'by key, v0.1',
    pick('1.3.0-publish'),
    1,
    ['.dsseEnvelope.signatures[].keyid', '.verificationMaterial.publicKey.hint'],
  ],
  ['with a certificate, v0.3', pick('happy-path-v0.3'), 1, []],
  ['of npm, v0.1 with an inclusion proof', pick('sigstore-js-2.0.0'), 3, []],
  ['with Rekor v2 and a timestamp', pick('rekor2-timestamp-with-embedded-cert'), 2, []],
] as const)('a real bundle %s', (_, vector, stride, expected) => {
  test('with a byte flipped is refused, or shows exactly the same', () => {
    const original = said(accepted(vector, vector.text) as Evidence)
    let refused = 0
    const uncovered = new Set<string>()
    for (let at = 0; at < vector.text.length; at += stride) {
      const text = Buffer.from(vector.text)
      text[at] = (text[at] ?? 0) ^ (1 << (at % 8))
      const evidence = accepted(vector, text)
      if (evidence === undefined) {
        refused++
        continue
      }
      expect(said(evidence), `byte ${at}`).toEqual(original)
      for (const path of differences(jsonOf(vector.text), jsonOf(text))) uncovered.add(path)
    }
    expect([...uncovered].sort()).toEqual(expected)
    expect(refused).toBeGreaterThan((vector.text.length / stride) * 0.5)
  }, 300_000)

  test('cut off at any length is refused', () => {
    const end = vector.text.toString().trimEnd().length
    for (let length = 0; length < end; length += length < 200 || length > end - 200 ? 1 : 61)
      expect(accepted(vector, vector.text.subarray(0, length))).toBeUndefined()
  }, 60_000)

  // The other way round it happens: the library reads files less strictly and does not compare everything that is in them.
  test('with another byte is never accepted where @sigstore/verify refuses', () => {
    const disagreements: string[] = []
    for (let at = 0; at < vector.text.length; at += 13) {
      const text = Buffer.from(vector.text)
      text[at] = (text[at] ?? 0) ^ 0x02
      if (accepted(vector, text) === undefined) continue
      try {
        oracle(vector, text)
      } catch (error) {
        disagreements.push(`${at}: ${String(error)}`)
      }
    }
    expect(disagreements).toEqual([])
  }, 120_000)
})

// Each of these stands outside all signatures, as it does for other verifiers. None of them changes what the evidence says.
describe('nothing covers', () => {
  const shown = ({ text, ...vector }: Vector, part: RegExp, other: string): unknown => {
    const changed = Buffer.from(text.toString().replace(part, other))
    expect(differences(jsonOf(text), jsonOf(changed))).not.toEqual([])
    const evidence = accepted({ text, ...vector }, changed)
    return evidence && said(evidence)
  }
  const original = (vector: Vector): unknown => said(accepted(vector, vector.text) as Evidence)

  test('the version in the media type, as far as the bundle is one of that version too', () => {
    for (const [vector, others] of [
      [pick('happy-path-v0.3'), ['0.1', '0.2']],
      [pick('happy-path-v0.2'), ['0.1']],
    ] as const)
      for (const version of others) {
        const other = `"mediaType":"application/vnd.dev.sigstore.bundle+json;version=${version}"`
        expect(shown(vector, /"mediaType": ?"[^"]*"/, other)).toEqual(original(vector))
      }
  })

  test('the hint at a key, and the key id in an envelope', () => {
    const vector = pick('1.3.0-publish')
    expect(shown(vector, /"hint": ?"[^"]*"/, '"hint":"other"')).toEqual(original(vector))
    expect(shown(vector, /"keyid": ?"[^"]*"/, '"keyid":"other"')).toEqual(original(vector))
  })

  test('certificates beside the leaf', () => {
    const vector = pick('happy-path-v0.2')
    const leaf = /(?<="certificates": ?\[\s*)\{[^}]*\}/
    expect(shown(vector, leaf, '$&,{"rawBytes":"AAAA"}')).toEqual(original(vector))
    expect(shown(vector, leaf, '{"rawBytes":"AAAA"}')).toBeUndefined()
  })

  test('signatures of unknown witnesses under a checkpoint of Rekor v2, which are named as not checked', () => {
    const vector = pick('rekor2-happy-path')
    const line = /"envelope": ?"[^"]*/
    const found = shown(vector, line, '$&\\u2014 stranger AAAAAAAA\\n') as Evidence
    const message = 'a signature of stranger under the checkpoint of log2025-alpha1.rekor.sigstage.dev'
    expect(found.unknown).toEqual([{ check: 'witness', message }])
    expect({ ...found, unknown: [] }).toEqual(original(vector))
    expect(shown(pick('happy-path-v0.3'), line, '$&\\u2014 stranger AAAAAAAA\\n')).toBeUndefined()
  })

  test('in a timestamp, certificates that it need not bring', () => {
    const bundle = forgeBundle({ stamps: [{ embed: [forge.stamp.der, forge.stampRoot.der] }] })
    const stamps = bundle.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []
    const der = stamps[0]?.signedTimestamp ?? Buffer.of()
    const first = der.indexOf(forge.stamp.der)
    const end = der.indexOf(forge.stampRoot.der) + forge.stampRoot.der.length
    const uncovered = new Set<number>()
    for (let at = 0; at < der.length; at++) {
      const signedTimestamp = Buffer.from(der)
      signedTimestamp[at] = (der[at] ?? 0) ^ 1
      const material = {
        ...bundle.verificationMaterial,
        timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp }] },
      }
      const { codes, evidence } = evaluate({ ...bundle, verificationMaterial: material })
      if (codes.length === 0 && evidence.times.length === 2) uncovered.add(at)
    }
    expect([...uncovered].filter((at) => at < first - 4 || at >= end)).toEqual([])
  }, 60_000)

  test('a timestamp of an authority that nobody knows, where none is asked for', () => {
    const stranger = { ...issue({ ...stampWishes, name: 'stranger' }), issuerName: 'stranger', serial: 1 }
    const { codes, evidence } = evaluate(forgeBundle({ stamps: [{ authority: stranger }] }))
    expect({ codes, times: evidence.times.length, unknown: evidence.unknown.length }).toEqual({
      codes: [],
      times: 1,
      unknown: 1,
    })
  })

  test('white space', () => {
    const vector = pick('happy-path-v0.3')
    const text = Buffer.from(JSON.stringify(jsonOf(vector.text), null, 3))
    expect(said(accepted(vector, text) as Evidence)).toEqual(original(vector))
  })
})

test('an artifact with any bit flipped is refused', async () => {
  const message = readVector('sigstore-conformance/a.txt')
  const vector = pick('happy-path-v0.3')
  for (let at = 0; at < message.length; at++) {
    const changed = Buffer.from(message)
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
    expect(evaluate(vector.bundle, { ...vector, artifact: contentArtifact(() => [changed]) }).codes).toEqual([
      'ARTIFACT_MISMATCH',
    ])
    const artifact = await digestArtifact('sha256', hash('sha256', changed, 'buffer'))
    expect(evaluate(vector.bundle, { ...vector, artifact }).codes).toEqual(['ARTIFACT_MISMATCH'])
  }
})

describe('a file that is no bundle is refused as such', () => {
  test.each([
    ['empty', '', 'INPUT_INVALID'],
    ['white space', ' \n', 'INPUT_INVALID'],
    ['null', 'null', 'BUNDLE_INVALID'],
    ['a list', '[]', 'BUNDLE_INVALID'],
    ['a number', '7', 'BUNDLE_INVALID'],
    ['an empty object', '{}', 'BUNDLE_INVALID'],
    ['deeply nested', `${'['.repeat(200_000)}`, 'INPUT_INVALID'],
    ['deeply nested and complete', `{"mediaType":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'INPUT_INVALID'],
    ['a prototype', '{"__proto__":{"mediaType":"x"}}', 'BUNDLE_INVALID'],
  ])('%s', (_, text, code) => {
    expect(() => parseBundle(text)).toThrow(expect.objectContaining({ code }))
  })

  test('100 MB', () => {
    const large = Buffer.alloc(100_000_000, 0x20)
    expect(large.length).toBeGreaterThan(limits.bundle)
    expect(() => parseBundle(large)).toThrow(expect.objectContaining({ code: 'INPUT_TOO_LARGE' }))
  })

  test('bytes that are not UTF-8', () => {
    const text = Buffer.from(pick('happy-path-v0.3').text)
    text[20] = 0xff
    expect(() => parseBundle(text)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
  })
})
