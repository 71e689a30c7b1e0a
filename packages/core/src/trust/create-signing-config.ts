import { messageReader, parseJson } from '../encoding/index.ts'
import { limits } from '../limits.ts'
import { parseSigningConfig } from './signing-config.ts'

/** A service as a client shall see it. */
export interface ServiceSpec {
  readonly url: string
  /** The major version of its API. */
  readonly apiVersion: number
  readonly operator: string
  /** RFC 3339. */
  readonly start: string
  readonly end?: string | undefined
}

/** How many of several services are used. */
export interface SelectionSpec {
  readonly selector: 'ANY' | 'ALL' | 'EXACT'
  /** For `EXACT` alone. */
  readonly count?: number | undefined
}

/** Kinds of services, by the names of cosign's flags. */
export type ServiceKind = 'fulcio' | 'oidc' | 'rekor' | 'tsa'

export interface SigningConfigSpec {
  /** Signing configs to begin with, and what of each to leave out. */
  readonly bases?: readonly { readonly text: string; readonly without: readonly ServiceKind[] }[]
  readonly fulcio?: readonly ServiceSpec[]
  readonly oidc?: readonly ServiceSpec[]
  readonly rekor?: readonly ServiceSpec[]
  readonly tsa?: readonly ServiceSpec[]
  readonly rekorSelection?: SelectionSpec | undefined
  readonly tsaSelection?: SelectionSpec | undefined
}

type Json = Readonly<Record<string, unknown>>

const read = messageReader('SIGNING_CONFIG_INVALID', 'the signing config to make')
const lists = { fulcio: 'caUrls', oidc: 'oidcUrls', rekor: 'rekorTlogUrls', tsa: 'tsaUrls' } as const
const selections = { rekor: 'rekorTlogConfig', tsa: 'tsaConfig' } as const

/** See index.ts. */
export function createSigningConfig(spec: SigningConfigSpec): string {
  const bases = (spec.bases ?? []).map(({ text, without }) => {
    parseSigningConfig(text)
    return { json: parseJson(text, 'the signing config to begin with', limits.trust) as Json, without }
  })
  const services = (kind: ServiceKind): unknown[] => [
    ...bases.flatMap(({ json, without }) => (without.includes(kind) ? [] : ((json[lists[kind]] ?? []) as unknown[]))),
    ...(spec[kind] ?? []).map((one, at) => serviceOf(one, `${kind}[${at}]`)),
  ]
  const selection = (kind: 'rekor' | 'tsa'): unknown => {
    const own = kind === 'rekor' ? spec.rekorSelection : spec.tsaSelection
    if (own !== undefined) return own.selector === 'EXACT' ? own : { selector: own.selector }
    return bases.findLast(({ without }) => !without.includes(kind))?.json[selections[kind]] ?? {}
  }
  const config = {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: services('fulcio'),
    oidcUrls: services('oidc'),
    rekorTlogUrls: services('rekor'),
    tsaUrls: services('tsa'),
    rekorTlogConfig: selection('rekor'),
    tsaConfig: selection('tsa'),
  }
  const text = `${JSON.stringify(config, null, 2)}\n`
  parseSigningConfig(text)
  return text
}

function serviceOf({ url, apiVersion, operator, start, end }: ServiceSpec, at: string): Json {
  const from = read.time(start, `${at}.start-time`)
  const to = read.time(end, `${at}.end-time`)
  if (from === undefined) throw read.fail(`${at}.start-time`, 'a time', 'nothing')
  const validFor = { start: timeText(from), ...(to === undefined ? {} : { end: timeText(to) }) }
  return { url, majorApiVersion: apiVersion, validFor, operator }
}

const timeText = (time: Date): string => time.toISOString().replace('.000Z', 'Z')
