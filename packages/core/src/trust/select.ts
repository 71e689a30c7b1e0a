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

/** The API versions that this package speaks, the preferred one first. Rekor's version 2 is still to come. */
const spoken = { fulcio: [1], oidc: [1], log: [1], timestampAuthority: [1] } as const

/**
 * Chooses services as the specification of the signing config says (sigstore_trustroot.proto): valid at `now`, of the
 * newest API version that is spoken here and of no other, the newest service of each operator; then one of them, all, or
 * the count that is asked for, the newest first. A kind of which the config names no service is not used.
 * @throws SealwaxError `SIGNING_CONFIG_INVALID` when it names services of a kind, and none or too few of them can be used
 */
export function selectServices(config: SigningConfig, now: Date): SelectedServices {
  const one: Selection = { selector: 'any', count: 0 }
  return {
    fulcio: choose('fulcio', config.certificateAuthorities, one, now)[0],
    oidc: choose('oidc', config.identityProviders, one, now)[0],
    logs: choose('log', config.logs, config.logSelection, now),
    timestampAuthorities: choose('timestampAuthority', config.timestampAuthorities, config.timestampSelection, now),
  }
}

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
  const valid = services.filter(({ start, end }) => (!start || start <= now) && (!end || now < end))
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
      ? `this version of sealwax cannot write to a newer API: name a ${words[kind]} of API version 1`
      : undefined,
  })
}
