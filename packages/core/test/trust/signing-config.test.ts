import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { isSealwaxError } from '../../src/errors.ts'
import { loadSigningConfig, parseSigningConfig, selectServices } from '../../src/trust/index.ts'

const now = new Date('2026-06-01T00:00:00Z')
const mediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json'
const service = (url: string, more: object = {}): object => ({
  url: `https://${url}`,
  majorApiVersion: 1,
  validFor: { start: '2026-01-01T00:00:00Z' },
  operator: url,
  ...more,
})
const text = (config: object): string => JSON.stringify({ mediaType, rekorTlogConfig: {}, tsaConfig: {}, ...config })
const select = (config: object): ReturnType<typeof selectServices> =>
  selectServices(parseSigningConfig(text(config)), now)
const logs = (urls: object[], rekorTlogConfig: object): string[] =>
  select({ rekorTlogUrls: urls, rekorTlogConfig }).logs.map(({ url }) => url)

test('the public config is part of the package: https, Fulcio, Rekor v1 and a timestamp authority', async () => {
  const services = selectServices(await loadSigningConfig(), now)
  expect(services).toEqual({
    fulcio: { url: 'https://fulcio.sigstore.dev', version: 1 },
    oidc: { url: 'https://oauth2.sigstore.dev/auth', version: 1 },
    logs: [{ url: 'https://rekor.sigstore.dev', version: 1 }],
    timestampAuthorities: [{ url: 'https://timestamp.sigstore.dev/api/v1/timestamp', version: 1 }],
  })
})

test('a config without services selects none, as cosign writes it for signing offline', () => {
  expect(select({})).toEqual({ fulcio: undefined, oidc: undefined, logs: [], timestampAuthorities: [] })
  expect(select({ caUrls: null, rekorTlogUrls: [] }).logs).toEqual([])
})

test('a service is used from its start to its end, both included', () => {
  const at = (validFor: object): boolean => {
    try {
      return logs([service('a', { validFor })], { selector: 'ANY' }).length === 1
    } catch {
      return false
    }
  }
  expect(at({ start: now.toISOString() })).toBe(true)
  expect(at({ start: '2026-06-01T00:00:00.001Z' })).toBe(false)
  expect(at({ start: '2020-01-01T00:00:00Z', end: now.toISOString() })).toBe(true)
  expect(at({ start: '2020-01-01T00:00:00Z', end: '2026-05-31T23:59:59.999Z' })).toBe(false)
  expect(at({})).toBe(true)
})

test('a service that starts in the future is not chosen though it is the newest', () => {
  const future = service('future', { validFor: { start: '2099-01-01T00:00:00Z' } })
  expect(logs([future, service('present')], { selector: 'ANY' })).toEqual(['https://present'])
})

test('ANY takes one, the newest; ALL takes all; EXACT takes its count', () => {
  const old = service('old', { validFor: { start: '2025-01-01T00:00:00Z' } })
  const both = [old, service('new')]
  expect(logs(both, { selector: 'ANY' })).toEqual(['https://new'])
  expect(logs(both, { selector: 'ALL' })).toEqual(['https://new', 'https://old'])
  expect(logs(both, { selector: 'EXACT', count: 1 })).toEqual(['https://new'])
  expect(logs(both, { selector: 'EXACT', count: 2 })).toHaveLength(2)
  expect(logs(both, { selector: 2 })).toEqual(['https://new'])
})

test('of one operator only the newest service is used', () => {
  const old = service('old', { operator: 'o', validFor: { start: '2025-01-01T00:00:00Z' } })
  expect(logs([old, service('new', { operator: 'o' })], { selector: 'ALL' })).toEqual(['https://new'])
})

test.each([
  ['EXACT with more than there are', { selector: 'EXACT', count: 2 }],
  ['EXACT without a count', { selector: 'EXACT' }],
  ['no selector', {}],
  ['an unknown selector', { selector: 'SOME' }],
])('%s is refused', (_, config) => {
  expect(() => logs([service('a')], config)).toThrow(
    expect.objectContaining({ code: 'SIGNING_CONFIG_INVALID', expected: expect.stringContaining('ANY or ALL') }),
  )
})

test('of several API versions the highest that is spoken here is used, and no other beside it', () => {
  const version = (majorApiVersion: number, more: object = {}): object =>
    service(`v${majorApiVersion}`, { majorApiVersion, ...more })
  const all = [version(1), version(2), version(3)]
  expect(logs(all, { selector: 'ALL' })).toEqual(['https://v2'])
  // The age of a service decides only between services of one version.
  const older = version(2, { validFor: { start: '2020-01-01T00:00:00Z' } })
  expect(logs([version(1), older], { selector: 'ANY' })).toEqual(['https://v2'])
  const ended = version(2, { validFor: { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' } })
  expect(logs([version(1), ended], { selector: 'ALL' })).toEqual(['https://v1'])
  expect(select({ rekorTlogUrls: all, rekorTlogConfig: { selector: 'ANY' } }).logs).toEqual([
    { url: 'https://v2', version: 2 },
  ])
  // Too few of the version that is chosen are not filled up with another.
  expect(() => logs(all, { selector: 'EXACT', count: 2 })).toThrow(
    expect.objectContaining({ code: 'SIGNING_CONFIG_INVALID', expected: expect.stringContaining('from 1 to 1') }),
  )
})

test('the transparency says which witnesses are used, and what is not used need not be usable', () => {
  const ended = { validFor: { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' } }
  const config = parseSigningConfig(
    text({
      rekorTlogUrls: [service('log', ended)],
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: [service('tsa')],
      tsaConfig: { selector: 'ANY' },
    }),
  )
  const tsa = { url: 'https://tsa', version: 1 }
  expect(selectServices(config, now, 'timestamp')).toMatchObject({ logs: [], timestampAuthorities: [tsa] })
  expect(selectServices(config, now, 'none')).toMatchObject({ logs: [], timestampAuthorities: [] })
  expect(() => selectServices(config, now)).toThrow(expect.objectContaining({ code: 'SIGNING_CONFIG_INVALID' }))
})

test('timestamps alone from a config without a timestamp authority are refused', () => {
  expect(() => selectServices(parseSigningConfig(text({})), now, 'timestamp')).toThrow(
    expect.objectContaining({ code: 'SIGNING_CONFIG_INVALID', hint: expect.stringContaining('by key `none`') }),
  )
})

test('a config with a newer API alone is refused, with what is supported', () => {
  expect(() => logs([service('newer', { majorApiVersion: 3 })], { selector: 'ANY' })).toThrow(
    expect.objectContaining({
      code: 'SIGNING_CONFIG_INVALID',
      expected: expect.stringContaining('API version 2 or 1'),
      found: expect.stringContaining('https://newer (API 3'),
      hint: expect.stringContaining('cannot speak a newer API'),
    }),
  )
})

test('a clock that is days behind is named as what may be wrong, beside services that begin later or have ended', () => {
  const early = service('a', { validFor: { start: new Date(now.getTime() + 3 * 86_400_000).toISOString() } })
  const ended = service('b', { validFor: { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' } })
  const clock = `is this machine's clock wrong? It says ${now.toISOString()}`
  expect(() => select({ caUrls: [early] })).toThrow(expect.objectContaining({ hint: clock }))
  expect(() => select({ caUrls: [early, ended] })).toThrow(
    expect.objectContaining({ hint: expect.stringMatching(/^name a service .*clock wrong/) }),
  )
})

test('a config whose services have all ended is refused', () => {
  const ended = service('a', { validFor: { start: '2020-01-01T00:00:00Z', end: '2021-01-01T00:00:00Z' } })
  expect(() => select({ caUrls: [ended] })).toThrow(
    expect.objectContaining({
      code: 'SIGNING_CONFIG_INVALID',
      message: expect.stringContaining('certificate authority'),
    }),
  )
})

test.each([
  [
    'another media type',
    JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json', caUrl: 'x' }),
  ],
  ['no media type', '{}'],
  ['a list', '[]'],
  ['null', 'null'],
  ['an unknown member', text({ rekorTlogUrl: [] })],
  ['a service without a URL', text({ caUrls: [{ majorApiVersion: 1 }] })],
  ['a URL with a password', text({ caUrls: [service('user:secret@example.test')] })],
  ['a URL of another kind', text({ caUrls: [service('x', { url: 'file:///etc/passwd' })] })],
  ['a time that is none', text({ caUrls: [service('x', { validFor: { start: 'yesterday' } })] })],
  ['a time without a zone', text({ caUrls: [service('x', { validFor: { start: '2026-01-01T00:00:00' } })] })],
  ['a day that does not exist', text({ caUrls: [service('x', { validFor: { start: '2026-02-30T00:00:00Z' } })] })],
  ['a time that is a number', text({ caUrls: [service('x', { validFor: { start: 5 } })] })],
  ['too many services', text({ caUrls: Array.from({ length: 33 }, () => service('x')) })],
])('%s is refused', (_, input) => {
  expect(() => parseSigningConfig(input)).toThrow(expect.objectContaining({ code: 'SIGNING_CONFIG_INVALID' }))
})

test('no damage to a config does anything but refuse it or leave it a config', () => {
  const good = text({ caUrls: [service('a')], rekorTlogUrls: [service('b')], rekorTlogConfig: { selector: 'ANY' } })
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.string({ maxLength: 2 }), (at, inserted) => {
      try {
        selectServices(parseSigningConfig(good.slice(0, at) + inserted + good.slice(at + 1)), now)
      } catch (error) {
        expect(isSealwaxError(error)).toBe(true)
      }
    }),
  )
})

test('a file is read; one that is missing, a folder or too large is told apart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealwax-config-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'signing_config.json')
  await writeFile(path, text({ caUrls: [service('a')] }))
  expect((await loadSigningConfig(path)).certificateAuthorities).toHaveLength(1)
  await expect(loadSigningConfig(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  await expect(loadSigningConfig(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  await writeFile(path, Buffer.alloc(5_000_000, 32))
  await expect(loadSigningConfig(path)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' })
})
