import { messageReader, parseJson } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { readTrustFile } from './file.ts'

/** Which services a client shall use (sigstore_trustroot.proto, message SigningConfig, version 0.2). */
export interface SigningConfig {
  readonly certificateAuthorities: readonly Service[]
  readonly identityProviders: readonly Service[]
  readonly logs: readonly Service[]
  readonly logSelection: Selection
  readonly timestampAuthorities: readonly Service[]
  readonly timestampSelection: Selection
}

export interface Service {
  readonly url: string
  readonly apiVersion: number
  readonly operator: string
  readonly start: Date | undefined
  /** The last moment at which the service is to be used: both ends count (sigstore_common.proto, TimeRange). */
  readonly end: Date | undefined
}

export interface Selection {
  readonly selector: 'any' | 'all' | 'exact' | undefined
  /** For `exact` alone. */
  readonly count: number
}

const mediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json'
const most = 32
const read = messageReader('SIGNING_CONFIG_INVALID', 'the signing config')
const names = { ANY: 'any', ALL: 'all', EXACT: 'exact' } as const
const numbers = { 1: 'all', 2: 'any', 3: 'exact' } as const

/**
 * Reads a signing config of version 0.2.
 * @throws SealwaxError `SIGNING_CONFIG_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE`
 */
export function parseSigningConfig(input: string | Uint8Array): SigningConfig {
  const json = parseJson(input, 'the signing config', limits.trust)
  requireMediaType(json)
  const config = read.object(json, 'the file', [
    'mediaType',
    'caUrls',
    'oidcUrls',
    'rekorTlogUrls',
    'rekorTlogConfig',
    'tsaUrls',
    'tsaConfig',
  ])
  return {
    certificateAuthorities: services(config['caUrls'], 'caUrls'),
    identityProviders: services(config['oidcUrls'], 'oidcUrls'),
    logs: services(config['rekorTlogUrls'], 'rekorTlogUrls'),
    logSelection: selection(config['rekorTlogConfig'], 'rekorTlogConfig'),
    timestampAuthorities: services(config['tsaUrls'], 'tsaUrls'),
    timestampSelection: selection(config['tsaConfig'], 'tsaConfig'),
  }
}

/** First of all: another version has other members, and their names would be the wrong thing to complain about. */
function requireMediaType(json: unknown): void {
  const found = typeof json === 'object' && json !== null && 'mediaType' in json ? json.mediaType : undefined
  if (found === mediaType) return
  throw new SealwaxError('SIGNING_CONFIG_INVALID', 'the signing config is of another kind or version', {
    expected: mediaType,
    found: typeof found === 'string' ? JSON.stringify(found.slice(0, 80)) : 'no mediaType',
    hint: '`cosign signing-config create` writes one',
  })
}

function services(value: unknown, at: string): Service[] {
  return read.list(value, at, most).map((item, index) => {
    const place = `${at}[${index}]`
    const service = read.object(item, place, ['url', 'majorApiVersion', 'validFor', 'operator'])
    const period = read.optional(service['validFor'], `${place}.validFor`, ['start', 'end'])
    return {
      url: address(read.text(service['url'], `${place}.url`), `${place}.url`),
      apiVersion: Number(read.integer(service['majorApiVersion'], `${place}.majorApiVersion`)),
      operator: read.text(service['operator'], `${place}.operator`),
      start: read.time(period?.['start'], `${place}.validFor.start`),
      end: read.time(period?.['end'], `${place}.validFor.end`),
    }
  })
}

function address(text: string, at: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.hash !== '')
    throw read.fail(at, 'an http or https URL without user and password', 'another value')
  return text
}

function selection(value: unknown, at: string): Selection {
  const members = read.optional(value, at, ['selector', 'count'])
  return {
    selector: read.choice(members?.['selector'], `${at}.selector`, names, numbers),
    count: Number(read.integer(members?.['count'], `${at}.count`)),
  }
}

/**
 * A signing config from a file; without a path the one of the public Sigstore, which is part of this package.
 * @throws SealwaxError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `SIGNING_CONFIG_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE`
 */
export async function loadSigningConfig(path?: string): Promise<SigningConfig> {
  if (path === undefined) return parseSigningConfig((await import('./public/data.ts')).signingConfig)
  return parseSigningConfig(await readTrustFile(path, 'the signing config'))
}
