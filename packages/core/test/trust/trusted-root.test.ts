import { generateKeyPairSync, hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { referenceHint } from '../../src/encoding/index.ts'
import { loadTrustedRoot, parseTrustedRoot } from '../../src/trust/index.ts'
import { signingConfig, trustedRoot } from '../../src/trust/public/data.ts'
import { trustedRootJson } from '../forge/world.ts'

type Json = Record<string, unknown>
type Changes = Readonly<Record<string, unknown>>

const invalid = expect.objectContaining({ code: 'TRUST_INVALID' })
const read = (json: unknown): unknown => parseTrustedRoot(JSON.stringify(json))

describe('the embedded data', () => {
  test('is byte for byte what ORIGIN.md says', () => {
    const origin = readFileSync(new URL('../../src/trust/public/ORIGIN.md', import.meta.url), 'utf8')
    expect(origin).toContain(hash('sha256', trustedRoot))
    expect(origin).toContain(hash('sha256', signingConfig))
  })

  test('is the root of the public Sigstore: two logs, two authorities, two certificate logs, one timestamp authority', async () => {
    const root = await loadTrustedRoot()
    expect(root.transparencyLogs.map(({ url }) => url)).toEqual([
      'https://rekor.sigstore.dev',
      'https://log2025-1.rekor.sigstore.dev',
    ])
    expect(root.certificateAuthorities.map(({ certificates }) => certificates.length)).toEqual([1, 2])
    expect(root.ctLogs).toHaveLength(2)
    expect(root.timestampAuthorities).toHaveLength(1)
  })

  test('is parsed once, so that what is remembered about its certificates is shared', async () => {
    const [first, second] = await Promise.all([loadTrustedRoot(), loadTrustedRoot()])
    expect(first).toBe(second)
  })
})

test('a trusted root cannot be changed, for others may have it too', async () => {
  const text = JSON.stringify(
    trustedRootJson({ periods: { tlogs: { start: '2026-01-01T00:00:00Z', end: '2027-01-01T00:00:00Z' } } }),
  )
  for (const root of [parseTrustedRoot(text), await loadTrustedRoot()]) {
    const [log] = root.transparencyLogs
    const [authority] = root.certificateAuthorities
    const [certificate] = authority?.certificates ?? []
    for (const part of [root, log, log?.validFor, authority, authority?.certificates, certificate])
      expect(Object.isFrozen(part)).toBe(true)
    for (const list of [root.transparencyLogs, root.ctLogs, root.certificateAuthorities, root.timestampAuthorities])
      expect(Object.isFrozen(list)).toBe(true)
    const times = [log?.validFor.start, log?.validFor.end, authority?.validFor.start, certificate?.notAfter]
    const before = times.map((time) => time?.getTime())
    times.forEach((time) => time?.setTime(0))
    const after = [log?.validFor.start, log?.validFor.end, authority?.validFor.start, certificate?.notAfter]
    expect(after.map((time) => time?.getTime())).toEqual(before)
  }
  const [first, second] = [parseTrustedRoot(text), parseTrustedRoot(text)].map(
    (root) => root.certificateAuthorities[0]?.certificates[0],
  )
  expect(first).not.toBe(second)
})

/** The forge's root with the first item of one list changed. */
function changed(list: 'tlogs' | 'certificateAuthorities', changes: Changes): Json {
  const json = trustedRootJson()
  const [first] = json[list] as Json[]
  return { ...json, [list]: [{ ...first, ...changes }] }
}

const publicKey = (changes: Changes): Json => {
  const [first] = trustedRootJson()['tlogs'] as Json[]
  return changed('tlogs', { publicKey: { ...(first?.['publicKey'] as Json), ...changes } })
}

const rsa2048 = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64')

/** The forge's root with a log of an Ed25519 key. */
function edLog(list: 'tlogs' | 'ctlogs'): Json {
  const json = trustedRootJson()
  const [first] = json[list] as Json[]
  const rawBytes = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const key = { ...(first?.['publicKey'] as Json), rawBytes, keyDetails: 'PKIX_ED25519' }
  return { ...json, [list]: [{ ...first, publicKey: key }] }
}

test('a transparency log may have an Ed25519 key', () => {
  const { transparencyLogs } = parseTrustedRoot(JSON.stringify(edLog('tlogs')))
  expect(transparencyLogs).toMatchObject([{ hash: undefined }])
})

describe('a trusted root is refused', () => {
  test.each<[string, Json]>([
    ['of another media type', { ...trustedRootJson(), mediaType: 'application/json' }],
    ['with a member that nobody knows', { ...trustedRootJson(), timestampauthorities: [] }],
    ['with a log key without a period', publicKey({ validFor: undefined })],
    ['with a log key without a start', publicKey({ validFor: { end: '2027-01-01T00:00:00Z' } })],
    ['with a start that is no time', publicKey({ validFor: { start: 'yesterday' } })],
    ['with an authority without a start', changed('certificateAuthorities', { validFor: {} })],
    ['with an authority without certificates', changed('certificateAuthorities', { certChain: { certificates: [] } })],
    [
      'with an authority whose certificate is none',
      changed('certificateAuthorities', { certChain: { certificates: [{ rawBytes: 'AAAA' }] } }),
    ],
    ['with a log without an id', changed('tlogs', { logId: undefined })],
    ['with a log of another tree hash', changed('tlogs', { hashAlgorithm: 'SHA2_512' })],
    ['with a log key that is another kind than it says', publicKey({ keyDetails: 'PKIX_ED25519' })],
    [
      'with a log key of another size than it says',
      publicKey({ keyDetails: 'PKIX_RSA_PKCS1V15_4096_SHA256', rawBytes: rsa2048 }),
    ],
    ['with a log key of another kind with the same hash', publicKey({ keyDetails: 'PKIX_RSA_PKCS1V15_2048_SHA256' })],
    ['with a start on a day that does not exist', publicKey({ validFor: { start: '2020-02-30T00:00:00Z' } })],
    ['with a start in an hour that does not exist', publicKey({ validFor: { start: '2020-02-20T24:00:00Z' } })],
    ['with a start without a zone', publicKey({ validFor: { start: '2020-02-20T00:00:00' } })],
    ['with a certificate log whose key cannot sign what is in certificates', edLog('ctlogs')],
    ['with a log key that is none', publicKey({ rawBytes: 'AAAA' })],
    ['with too many logs', { ...trustedRootJson(), tlogs: Array.from({ length: 65 }, () => ({})) }],
  ])('%s', (_, json) => {
    expect(() => read(json)).toThrow(invalid)
  })

  test('when it is not JSON, or too large', () => {
    expect(() => parseTrustedRoot('{')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
    expect(() => parseTrustedRoot(Buffer.alloc(5_000_000, 0x20))).toThrow(
      expect.objectContaining({ code: 'INPUT_TOO_LARGE' }),
    )
  })
})

test('a log with a kind of key that is yet to come is left out, and the others stay usable', () => {
  const [log] = trustedRootJson()['tlogs'] as Json[]
  const future = { ...log, publicKey: { ...(log?.['publicKey'] as Json), keyDetails: 'ML_DSA_65' } }
  expect(
    parseTrustedRoot(JSON.stringify({ ...trustedRootJson(), tlogs: [future, log] })).transparencyLogs,
  ).toHaveLength(1)
})

test('RSA keys are read in both their forms', () => {
  const { publicKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  for (const [type, keyDetails] of [
    ['spki', 'PKIX_RSA_PKCS1V15_2048_SHA256'],
    ['pkcs1', 'PKCS1_RSA_PKCS1V5'],
  ] as const) {
    const rawBytes = key.export({ type, format: 'der' }).toString('base64')
    const { transparencyLogs } = parseTrustedRoot(JSON.stringify(publicKey({ rawBytes, keyDetails })))
    expect(transparencyLogs[0]).toMatchObject({ hash: 'sha256' })
  }
})

test('the key id of checkpoints is the log id unless the root names another', () => {
  const log = (changes: Changes): Buffer | undefined => {
    const json = JSON.stringify(changed('tlogs', changes))
    return parseTrustedRoot(json).transparencyLogs[0]?.checkpointHint
  }
  const named = Buffer.from('0123456789abcdef')
  expect(log({ checkpointKeyId: { keyId: named.toString('base64') } })).toEqual(named.subarray(0, 4))
  expect(log({ checkpointKeyId: null })).toEqual(log({}))
})

test('a file that is not there says so', async () => {
  await expect(loadTrustedRoot('does-not-exist.json')).rejects.toThrow(
    expect.objectContaining({ code: 'FILE_NOT_FOUND', message: expect.stringContaining('does-not-exist.json') }),
  )
})

test.each([100, 5000])('a key in place of the file is not repeated: %i characters', async (length) => {
  const key = Buffer.alloc(length, 'some key').toString('base64url')
  const error: unknown = await loadTrustedRoot(key).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ message: expect.stringContaining(`(${key.length} characters)`), hint: referenceHint })
  expect(inspect(error, { depth: null })).not.toContain(key.slice(0, 20))
})

test('a member that is there twice makes the file unreadable', () => {
  const text = JSON.stringify(trustedRootJson()).replace('"tlogs":', '"tlogs":[],"tlogs":')
  expect(() => parseTrustedRoot(text)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }))
})
