// Trusted roots and signing configs that are made: the public Sigstore's, taken apart and put together again, and what is refused.
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { pemEncode } from '../../src/encoding/index.ts'
import {
  type AuthoritySpec,
  createSigningConfig,
  createTrustedRoot,
  type LogSpec,
  parseSigningConfig,
  parseTrustedRoot,
} from '../../src/trust/index.ts'
import { signingConfig, trustedRoot } from '../../src/trust/public/data.ts'

interface Period {
  readonly start: string
  readonly end?: string
}
interface Log {
  readonly baseUrl: string
  readonly publicKey: { readonly rawBytes: string; readonly validFor: Period }
  readonly logId: { readonly keyId: string }
}
interface Authority {
  readonly uri: string
  readonly certChain: { readonly certificates: readonly { readonly rawBytes: string }[] }
  readonly validFor: Period
}
interface Root {
  readonly tlogs: readonly Log[]
  readonly ctlogs: readonly Log[]
  readonly certificateAuthorities: readonly Authority[]
  readonly timestampAuthorities: readonly Authority[]
}

const real = JSON.parse(trustedRoot) as Root
const pem = (label: string, base64: string): string => pemEncode(label, Buffer.from(base64, 'base64'))
const chainOf = ({ certChain }: Authority): string[] =>
  certChain.certificates.map(({ rawBytes }) => pem('CERTIFICATE', rawBytes))
const authority = (one: Authority): AuthoritySpec => ({ url: one.uri, chain: chainOf(one).join(''), ...one.validFor })
const log = (one: Log): LogSpec => ({
  url: one.baseUrl,
  publicKey: pem('PUBLIC KEY', one.publicKey.rawBytes),
  ...one.publicKey.validFor,
})

const spec = {
  fulcio: real.certificateAuthorities.map(authority),
  ctfe: real.ctlogs.map(log),
  // The Rekor v2 log's id is that of its signed note; so it says its name.
  rekor: real.tlogs.map((one) => ({ ...log(one), origin: new URL(one.baseUrl).host })),
  tsa: real.timestampAuthorities.map(authority),
}
const invalid = (code: string, words: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(words) })

describe('a trusted root', () => {
  test("of the public Sigstore's certificates and keys is the public one, ids included", async () => {
    expect(JSON.parse(await createTrustedRoot(spec))).toEqual(real)
  })

  test('made upon another keeps what is not left out, and a log of the same id is replaced', async () => {
    const [first] = spec.rekor
    if (first === undefined) throw new Error('no log')
    const base = { text: trustedRoot, without: ['fulcio', 'tsa'] } as const
    const ended = { ...first, end: '2040-01-01T00:00:00Z' }
    const made = JSON.parse(await createTrustedRoot({ base, rekor: [ended], fulcio: spec.fulcio.slice(0, 1) })) as Root
    expect(made.ctlogs).toEqual(real.ctlogs)
    expect(made.timestampAuthorities).toEqual([])
    expect(made.certificateAuthorities).toEqual(real.certificateAuthorities.slice(0, 1))
    expect(made.tlogs).toHaveLength(2)
    expect(made.tlogs[0]?.publicKey.validFor.end).toBe('2040-01-01T00:00:00Z')
  })

  test('trusts an authority since its root (a timestamp authority: its leaf) is valid, unless told', async () => {
    const bare = (one: AuthoritySpec): AuthoritySpec => ({ url: one.url, chain: one.chain })
    const made = parseTrustedRoot(await createTrustedRoot({ fulcio: spec.fulcio.map(bare), tsa: spec.tsa.map(bare) }))
    for (const { certificates, validFor } of made.certificateAuthorities)
      expect(validFor.start).toEqual(certificates.at(-1)?.notBefore)
    expect(made.timestampAuthorities[0]?.validFor.start).toEqual(
      made.timestampAuthorities[0]?.certificates[0]?.notBefore,
    )
  })

  test.each(['P-256', 'P-384', 'P-521', 'ed25519', 2048, 3072, 4096])('takes a log with a %s key', async (kind) => {
    const { publicKey } =
      kind === 'ed25519'
        ? generateKeyPairSync('ed25519')
        : typeof kind === 'number'
          ? generateKeyPairSync('rsa', { modulusLength: kind })
          : generateKeyPairSync('ec', { namedCurve: kind })
    const text = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const one: LogSpec = { url: 'https://log.example', publicKey: text, start: '2026-01-01T00:00:00+01:00' }
    const named = { ...one, origin: 'log.example' }
    const ids = await Promise.all(
      [one, named].map(async (rekor) => parseTrustedRoot(await createTrustedRoot({ rekor: [rekor] }))),
    )
    const [plain, noted] = ids.map(({ transparencyLogs }) => transparencyLogs[0]?.id)
    // A name is part of a note's key id, but not of an ECDSA key's.
    expect(plain === noted).toBe(String(kind).startsWith('P-'))
    expect(ids[0]?.transparencyLogs[0]?.validFor.start.toISOString()).toBe('2025-12-31T23:00:00.000Z')
  })

  const [fulcio] = spec.fulcio.slice(1)
  const [tsa] = spec.tsa
  const [rekor] = spec.rekor
  if (fulcio === undefined || tsa === undefined || rekor === undefined) throw new Error('the public root has changed')
  const reversed = (one: Authority | undefined): string => (one ? chainOf(one).toReversed().join('') : '')
  test.each<[string, Parameters<typeof createTrustedRoot>[0], string, RegExp]>([
    [
      'no certificate',
      { fulcio: [{ ...fulcio, chain: 'x' }] },
      'TRUST_INVALID',
      /certificate chain of https:\/\/fulcio/,
    ],
    ['a key for a certificate', { fulcio: [{ ...fulcio, chain: rekor.publicKey }] }, 'TRUST_INVALID', /chain of/],
    [
      'a chain in the wrong order',
      { fulcio: [{ ...fulcio, chain: reversed(real.certificateAuthorities[1]) }] },
      'TRUST_INVALID',
      /chain of/,
    ],
    ['a leaf as an authority', { fulcio: [{ ...tsa, url: 'x' }] }, 'TRUST_INVALID', /chain of x/],
    ['an authority that signs timestamps itself', { tsa: [{ ...fulcio, url: 'x' }] }, 'TRUST_INVALID', /chain of x/],
    [
      'a leaf alone',
      { tsa: [{ ...tsa, chain: chainOf(real.timestampAuthorities[0] as Authority)[0] ?? '' }] },
      'TRUST_INVALID',
      /chain of/,
    ],
    ['no key', { rekor: [{ ...rekor, publicKey: '' }] }, 'TRUST_INVALID', /public key of https:\/\/rekor/],
    ['no start', { rekor: [{ ...rekor, start: '' }] }, 'TRUST_INVALID', /start-time/],
    ['a start that is no time', { rekor: [{ ...rekor, start: 'yesterday' }] }, 'TRUST_INVALID', /start-time/],
    ['an end that is no time', { tsa: [{ ...tsa, end: '2026' }] }, 'TRUST_INVALID', /end-time/],
    ['a name with a space', { rekor: [{ ...(spec.rekor[1] ?? rekor), origin: 'a b' }] }, 'TRUST_INVALID', /origin/],
    ['a base that is none', { base: { text: '[', without: [] } }, 'INPUT_INVALID', /trusted root/],
  ])('is not made with %s', async (_what, wrong, code, words) => {
    await expect(createTrustedRoot(wrong)).rejects.toEqual(invalid(code, words))
  })

  test('says what is wrong with the order of a timestamp authority', async () => {
    const found = (words: string): unknown => expect.objectContaining({ found: expect.stringContaining(words) })
    const alone = chainOf(real.timestampAuthorities[0] as Authority)[0] ?? ''
    await expect(createTrustedRoot({ tsa: [{ ...fulcio, url: 'x' }] })).rejects.toEqual(found('missing'))
    await expect(createTrustedRoot({ tsa: [{ ...tsa, chain: alone }] })).rejects.toEqual(found('alone'))
  })

  test('is not made with an Ed25519 key for a certificate log, which nobody could use', async () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const text = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const ctfe = [{ url: 'x', publicKey: text, start: '2026-01-01T00:00:00Z' }]
    await expect(createTrustedRoot({ ctfe })).rejects.toEqual(invalid('TRUST_INVALID', /ctlogs/))
  })
})

describe('a signing config', () => {
  const service = { url: 'https://x.example', apiVersion: 2, operator: 'x.example', start: '2026-01-01T00:00:00Z' }

  test('without any service is one for signing by key, offline', async () => {
    const made = parseSigningConfig(await createSigningConfig({}))
    expect([made.logs, made.timestampAuthorities, made.certificateAuthorities]).toEqual([[], [], []])
  })

  test('has what it is given, and keeps of others what is not left out', async () => {
    const made = parseSigningConfig(
      await createSigningConfig({
        bases: [{ text: signingConfig, without: ['rekor'] }],
        rekor: [service, { ...service, operator: 'y.example', end: '2027-01-01T00:00:00Z' }],
        rekorSelection: { selector: 'EXACT', count: 2 },
      }),
    )
    expect(made.logs.map(({ apiVersion, end }) => [apiVersion, end?.getUTCFullYear()])).toEqual([
      [2, undefined],
      [2, 2027],
    ])
    expect(made.logSelection).toEqual({ selector: 'exact', count: 2 })
    expect(made.timestampAuthorities).toHaveLength(1)
    expect(made.timestampSelection.selector).toBe('any')
  })

  test('is not made with a count that no client could follow: each operator counts once, in one API version', async () => {
    const exact = (count: number) => ({ selector: 'EXACT', count }) as const
    const other = { ...service, operator: 'y.example' }
    for (const [services, count] of [
      [[service], 3],
      [[service], 0],
      [[service, { ...service, url: 'https://z.example' }], 2],
      [[service, { ...other, apiVersion: 1 }], 2],
    ] as const) {
      const wrong = invalid('SIGNING_CONFIG_INVALID', /cannot be used/)
      await expect(createSigningConfig({ tsa: services, tsaSelection: exact(count) })).rejects.toEqual(wrong)
      await expect(createSigningConfig({ rekor: services, rekorSelection: exact(count) })).rejects.toEqual(wrong)
    }
    await expect(createSigningConfig({ tsa: [service, other], tsaSelection: exact(2) })).resolves.toContain('EXACT')
  })

  test('is not made from addresses, times or files that are none', async () => {
    for (const wrong of [
      { url: 'x.example' },
      { start: '' },
      { start: 'now' },
      { end: 'later' },
      { url: 'https://u:p@x' },
    ])
      await expect(createSigningConfig({ fulcio: [{ ...service, ...wrong }] })).rejects.toMatchObject({
        code: 'SIGNING_CONFIG_INVALID',
      })
    await expect(createSigningConfig({ bases: [{ text: '{}', without: [] }] })).rejects.toMatchObject({
      code: 'SIGNING_CONFIG_INVALID',
    })
  })
})
