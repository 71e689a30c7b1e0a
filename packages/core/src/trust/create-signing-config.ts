import { messageReader, parseJson } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { parseSigningConfig, type Selection, type Service } from './signing-config.ts'

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
  const made = parseSigningConfig(text)
  requireEnough('rekor', made.logs, made.logSelection)
  requireEnough('tsa', made.timestampAuthorities, made.timestampSelection)
  return text
}

/** One service of each operator, all of one API version, is the most that a client uses (see `selectServices`). */
function requireEnough(kind: 'rekor' | 'tsa', services: readonly Service[], { selector, count }: Selection): void {
  if (selector !== 'exact' || services.length === 0) return
  const operators = services.map(({ apiVersion }) => {
    const peers = services.filter((other) => other.apiVersion === apiVersion)
    return new Set(peers.map(({ operator }) => operator)).size
  })
  const most = Math.max(...operators)
  if (count > 0 && count <= most) return
  throw new SealwaxError('SIGNING_CONFIG_INVALID', `so many services of the kind ${kind} cannot be used`, {
    expected: `EXACT with a count from 1 to ${most}: one service of each operator counts, all of one API version`,
    found: `EXACT with the count ${count}`,
    hint: 'name as many operators as shall be asked, or lower the count',
  })
}

function serviceOf({ url, apiVersion, operator, start, end }: ServiceSpec, at: string): Json {
  const from = read.time(start, `${at}.start-time`)
  const to = read.time(end, `${at}.end-time`)
  if (from === undefined) throw read.fail(`${at}.start-time`, 'a time', 'nothing')
  const validFor = { start: timeText(from), ...(to === undefined ? {} : { end: timeText(to) }) }
  return { url, majorApiVersion: apiVersion, validFor, operator }
}

const timeText = (time: Date): string => time.toISOString().replace('.000Z', 'Z')
