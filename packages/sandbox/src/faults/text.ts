import { knownLies, serviceNames, type Fault, type Faults, type Lie, type ServiceName } from './fault.ts'

export interface ServiceFault {
  readonly service: ServiceName
  readonly fault: Fault
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const LONGEST = 10 * 365 * 86_400_000
/** SERVICE:WHAT, then what may follow: the seconds of Retry-After, the share of requests in percent, how many are hit. */
const FORM = /^([^:]*):(\d{3}|[a-z-]+?)(?:=([-+0-9.]+[a-z]+?))?(?:@(\d{1,5}))?(?:%(\d{1,3}))?(?:x(\d{1,7}))?$/

/**
 * Reads a fault as it stands on a command line, `SERVICE:WHAT[@SECONDS][%SHARE][xTIMES]`: `rekor:429x3`, `rekor:429@5%50`, `fulcio:500`,
 * `timestamp:hang`, `rekor:lost`, `fulcio:delay=3s`, `timestamp:skew=+20m`, `fulcio:wrong-certificate`. A 429 says `Retry-After: 1` unless
 * told otherwise.
 * @throws TypeError that says what is wrong and what there is
 */
export function parseFault(text: string): ServiceFault {
  const [, name = '', what = '', value, seconds, share, times] = FORM.exec(text) ?? []
  if (what === '') throw new TypeError(`"${text}" has not the form SERVICE:WHAT, like rekor:429x3 or timestamp:hang`)
  const service = serviceNames.find((known) => known === name)
  if (service === undefined) throw new TypeError(`"${name}" is no service; there are ${serviceNames.join(', ')}`)
  const fault = { ...effectOf(service, what, value, text) }
  if (seconds !== undefined) {
    if (fault.status === undefined) throw new TypeError(`"${text}": @SECONDS goes with a status only, like 429@5`)
    fault.retryAfter = String(Number(seconds))
  }
  if (share !== undefined) {
    if (Number(share) < 1 || Number(share) > 100) throw new TypeError(`"${text}": the share is 1 to 100 percent`)
    fault.chance = Number(share) / 100
  }
  if (times !== undefined) {
    if (Number(times) === 0) throw new TypeError(`"${text}" hits no request`)
    fault.times = Number(times)
  }
  return { service, fault }
}

/** Faults with one more, which comes after those of its service. */
export function addFault(faults: Faults, { service, fault }: ServiceFault): Faults {
  return { ...faults, [service]: [faults[service] ?? [], fault].flat() }
}

/** Texts that `parseFault` takes, one for each thing that each service can do: for completion and help. */
export const faultTexts: readonly string[] = serviceNames.flatMap((service) =>
  wordsOf(service).map((word) => `${service}:${word}`),
)

function wordsOf(service: ServiceName): string[] {
  const skew = hasClock(service) ? ['skew=+20m'] : []
  return ['429', '500', 'delay=3s', 'hang', 'reset', 'lost', ...skew, ...knownLies[service]]
}

/** The second version of the log tells no time. */
function hasClock(service: ServiceName): boolean {
  return service !== 'rekor2'
}

function effectOf(service: ServiceName, what: string, value: string | undefined, text: string): Fault {
  if (what === 'delay' && value !== undefined) return { delay: durationOf(value, text, false) }
  if (what === 'skew' && value !== undefined && hasClock(service)) return { skew: durationOf(value, text, true) }
  if (value === undefined) {
    if (/^[45]\d\d$/.test(what)) return { status: Number(what), ...(what === '429' && { retryAfter: '1' }) }
    if (what === 'hang') return { hang: true }
    if (what === 'reset') return { reset: true }
    if (what === 'lost') return { lostAnswer: true }
    const lie: Lie | undefined = knownLies[service].find((known) => known === what)
    if (lie !== undefined) return { lie }
  }
  const known = wordsOf(service).slice(2).join(', ')
  throw new TypeError(`"${text}": ${service} can do 400 to 599, ${known}`)
}

function durationOf(value: string, text: string, signed: boolean): number {
  const match = /^([-+]?)(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(value)
  const [, sign = '', count, unit = ''] = match ?? []
  const length = Math.round(Number(count) * (UNITS[unit] ?? Number.NaN))
  if (!(length > 0 && length <= LONGEST) || (sign !== '' && !signed))
    throw new TypeError(`"${text}": "${value}" is no duration like ${signed ? '+10m or -2h' : '3s or 250ms'}`)
  return sign === '-' ? -length : length
}
