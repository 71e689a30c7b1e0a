import { SealwaxError } from '../errors.ts'
import type { Selection, Service, SigningConfig } from './signing-config.ts'

/** The services that one run uses, chosen once. */
export interface SelectedServices {
  readonly fulcio: ServiceUrl | undefined
  readonly oidc: ServiceUrl | undefined
  readonly logs: readonly ServiceUrl[]
  readonly timestampAuthorities: readonly ServiceUrl[]
}

export interface ServiceUrl {
  readonly url: string
  /** The major version of the API that it speaks. */
  readonly version: number
}

/** The API versions that this package speaks, the preferred one first. */
const spoken = { fulcio: [1], oidc: [1], log: [2, 1], timestampAuthority: [1] } as const

/**
 * What witnesses a signature: `log`, what the signing config names; `timestamp`, its timestamp authorities alone; `none`,
 * nobody.
 */
export type Transparency = 'log' | 'timestamp' | 'none'

/**
 * Chooses services as the specification of the signing config says (sigstore_trustroot.proto): valid at `now`, of the
 * newest API version that is spoken here and of no other, the newest service of each operator; then one of them, all, or
 * the count that is asked for, the newest first. A kind of which the config names no service is not used, nor one that
 * `transparency` leaves out.
 * @throws SealwaxError `SIGNING_CONFIG_INVALID` when it names services of a kind, and none or too few of them can be used;
 * when only timestamps are wanted and it names no timestamp authority
 */
export function selectServices(config: SigningConfig, now: Date, transparency: Transparency = 'log'): SelectedServices {
  const one: Selection = { selector: 'any', count: 0 }
  const logs = transparency === 'log' ? config.logs : []
  const authorities = transparency === 'none' ? [] : config.timestampAuthorities
  if (transparency === 'timestamp' && authorities.length === 0) throw withoutAuthority()
  return {
    fulcio: choose('fulcio', config.certificateAuthorities, one, now)[0],
    oidc: choose('oidc', config.identityProviders, one, now)[0],
    logs: choose('log', logs, config.logSelection, now),
    timestampAuthorities: choose('timestampAuthority', authorities, config.timestampSelection, now),
  }
}

const withoutAuthority = (): SealwaxError =>
  new SealwaxError('SIGNING_CONFIG_INVALID', 'the signing config names no timestamp authority', {
    expected: '`tsaUrls`, because the transparency `timestamp` means a timestamp and no log entry',
    found: 'none',
    hint: 'name a timestamp authority, or choose the transparency `log`, or by key `none`',
  })

type Kind = keyof typeof spoken

const words: Readonly<Record<Kind, string>> = {
  fulcio: 'certificate authority',
  oidc: 'identity provider',
  log: 'transparency log',
  timestampAuthority: 'timestamp authority',
}

function choose(kind: Kind, services: readonly Service[], { selector, count }: Selection, now: Date): ServiceUrl[] {
  if (services.length === 0) return []
  const usable = newestPerOperator(kind, services, now)
  if (usable.length === 0) throw none(kind, services, now)
  const wanted = wantedCount(kind, selector, count, usable.length)
  return usable.slice(0, wanted).map(({ url, apiVersion }) => ({ url, version: apiVersion }))
}

function newestPerOperator(kind: Kind, services: readonly Service[], now: Date): Service[] {
  const valid = services.filter(({ start, end }) => (!start || start <= now) && (!end || now <= end))
  const version = spoken[kind].find((wanted) => valid.some(({ apiVersion }) => apiVersion === wanted))
  const newest = valid
    .filter(({ apiVersion }) => apiVersion === version)
    .toSorted((a, b) => (b.start?.getTime() ?? 0) - (a.start?.getTime() ?? 0))
  return newest.filter(({ operator }, at) => newest.findIndex((other) => other.operator === operator) === at)
}

function wantedCount(kind: Kind, selector: Selection['selector'], count: number, available: number): number {
  if (selector === 'any') return 1
  if (selector === 'all') return available
  if (selector === 'exact' && count > 0 && count <= available) return count
  throw new SealwaxError('SIGNING_CONFIG_INVALID', `the signing config does not say which ${words[kind]} to use`, {
    expected: `the selector ANY or ALL, or EXACT with a count from 1 to ${available}`,
    found: selector === 'exact' ? `EXACT with the count ${count}` : 'no known selector',
  })
}

function none(kind: Kind, services: readonly Service[], now: Date): SealwaxError {
  const day = (date: Date | undefined): string => date?.toISOString() ?? '...'
  const found = services.map(
    ({ url, apiVersion, start, end }) => `${url} (API ${apiVersion}, ${day(start)} to ${day(end)})`,
  )
  const onlyNewer = services.every(({ apiVersion }) => apiVersion > Math.max(...spoken[kind]))
  return new SealwaxError('SIGNING_CONFIG_INVALID', `the signing config names no ${words[kind]} that can be used now`, {
    expected: `API version ${spoken[kind].join(' or ')}, valid at ${now.toISOString()}`,
    found: found.slice(0, 3).join(', '),
    hint: onlyNewer
      ? `this version of sealwax cannot speak a newer API: name a ${words[kind]} of API version ${spoken[kind].join(' or ')}`
      : periodHint(services, now),
  })
}

function periodHint(services: readonly Service[], now: Date): string {
  const clock = `is this machine's clock wrong? It says ${now.toISOString()}`
  const isEarly = services.every(({ start }) => start !== undefined && start > now)
  return isEarly ? clock : `name a service that is in use, in a newer signing config; or ${clock}`
}
