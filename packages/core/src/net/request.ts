import { setTimeout as sleep } from 'node:timers/promises'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { userAgent } from './agent.ts'
import type { Deadline } from './deadline.ts'
import { codeOf, invalidAnswer, refusal, throughProxy, tooLong, unreachable, type Unreachable } from './failures.ts'
import { isLoopback } from './loopback.ts'
import { redact, type Secretive, shownUrl } from './redaction.ts'
import { type Network, standardNetwork } from './network.ts'
import { proxyFor } from './proxy.ts'
import { backOff, retryAfter } from './retry.ts'
import { type Answer, exchange, Oversized } from './wire.ts'

export interface RequestOptions {
  readonly method?: 'GET' | 'OPTIONS' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** The media type that is wanted. */
  readonly accept?: string
  /** Cap of the answer in bytes; `limits.answer` by default. */
  readonly maxBytes?: number
  readonly deadline: Deadline
  /** How the service is reached; by what the environment says unless something else is given. */
  readonly network?: Network
  /** Milliseconds after which one attempt ends; 45,000 by default. */
  readonly patience?: number
  /** `idempotent`: asking twice does no harm, so network errors, 429 and 5xx are retried. Default: `never`. */
  readonly retry?: 'idempotent' | 'never'
  /** Statuses that are retried beside 429 and 5xx. */
  readonly retryOn?: readonly number[]
  /**
   * Asked before a further attempt, when the last one may have done its work without saying so: an answer from elsewhere
   * that makes the attempt unnecessary.
   */
  readonly recover?: () => Promise<Answer | undefined>
  /** Statuses beside 2xx that are an answer for the caller, not a failure. */
  readonly expect?: readonly number[]
  /** Who is asked, for messages: `Fulcio`, `Rekor`. */
  readonly service: string
  /** `any`: http to every host, because a person named this URL in a file. Default: http only to the loopback host. */
  readonly plainHttp?: 'loopback' | 'any'
  /** The next step after a refusal, where the caller knows a better one; `words` are the service's own. */
  readonly hint?: (status: number, words: string) => string | undefined
  /** What must not appear in any message, whatever the service answers. */
  readonly secrets?: readonly Secretive[]
}

const attempts = 5
/** Who is only told to wait, waits: it is the deadline that ends that. */
const patientAttempts = 50
/** One attempt ends after this, so that a connection that died silently does not eat the whole deadline. */
const usualPatience = 45_000

/**
 * One HTTP exchange, repeated where that does no harm, never beyond the deadline.
 * @throws SealwaxError `SERVICE_UNREACHABLE`, `SERVICE_TIMEOUT`, `SERVICE_REFUSED`, `SERVICE_ANSWER_INVALID`, `CANCELLED`, `USAGE`
 */
export async function request(address: string, given: RequestOptions): Promise<Answer> {
  const url = checkedUrl(address, given)
  const options = withProxySecrets(url, given)
  let troubles = 0
  for (let tried = 1; ; tried++) {
    const outcome = await attempt(url, options)
    const failure = failureOf(outcome, url, options)
    if (failure === undefined) return outcome as Answer
    const isBusy = 'status' in outcome && outcome.status === 429
    if (!isBusy) troubles++
    const isLast = options.retry !== 'idempotent' || troubles >= attempts || tried >= patientAttempts
    if (failure.final || isLast) throw failure.error
    const wait = ('headers' in outcome ? retryAfter(outcome.headers) : undefined) ?? backOff(tried)
    // A wait that would outlast the deadline is not begun: the failure that caused it is the better answer.
    if (wait >= options.deadline.remaining()) throw isBusy ? tooLong(failure.error, wait) : failure.error
    await sleep(wait, undefined, { signal: options.deadline.signal }).catch(() => {
      throw ended(url, options)
    })
    // Also after a 429: an attempt before it may have done its work.
    const found = troubles > 0 ? await options.recover?.() : undefined
    if (found) return found
  }
}

/** A service or a proxy may quote what it was sent. */
function withProxySecrets(url: URL, options: RequestOptions): RequestOptions {
  const { network = standardNetwork, secrets = [] } = options
  const more = proxyFor(url, network.connections.env)?.secrets ?? []
  return more.length === 0 ? options : { ...options, secrets: [...secrets, ...more] }
}

function failureOf(outcome: Answer | Unreachable, url: URL, options: RequestOptions): Unreachable | undefined {
  if ('error' in outcome) return outcome
  const { status } = outcome
  if ((status >= 200 && status < 300) || options.expect?.includes(status)) return undefined
  const passing = [429, 500, 502, 503, 504].includes(status) || options.retryOn?.includes(status)
  return { error: refusal(url, options, outcome), final: !passing }
}

/** One attempt. */
async function attempt(url: URL, options: RequestOptions): Promise<Answer | Unreachable> {
  const { deadline, method = 'GET', body, maxBytes: cap = limits.answer, network = standardNetwork } = options
  const { patience = usualPatience } = options
  if (deadline.signal.aborted) throw ended(url, options)
  const signal = AbortSignal.any([deadline.signal, AbortSignal.timeout(patience)])
  const { connections, clocks } = network
  try {
    const answer = await exchange(url, { method, headers: headersOf(options), body, cap, signal, connections })
    // An answer out of a cache bears the time at which it was made (RFC 9110 section 6.6.1, RFC 9111 section 5.1).
    if (answer.headers.age === undefined && options.service !== '')
      clocks.note(options.service, new Date(answer.headers.date ?? ''))
    return readable(answer, url, options)
  } catch (error) {
    if (deadline.signal.aborted) throw ended(url, options)
    if (error instanceof SealwaxError) throw error
    if (error instanceof Oversized) throw invalidAnswer(url, options, `at most ${cap} bytes`, `more than ${cap} bytes`)
    // The platform's message quotes the header, and the header may be a token.
    if (codeOf(error) === 'ERR_INVALID_CHAR')
      throw new SealwaxError('USAGE', 'a request header holds characters that HTTP does not allow')
    return unreachable(url, { ...options, network }, error, signal.aborted ? patience : undefined)
  }
}

const headersOf = ({ headers, accept }: RequestOptions): Record<string, string> => ({
  'user-agent': userAgent(),
  ...(accept === undefined ? {} : { accept }),
  ...headers,
})

/** What a failure says is not read, so it may come in any form. */
function readable(answer: Answer, url: URL, options: RequestOptions): Answer {
  const coding = answer.headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (coding === '' || coding === 'identity') return answer
  if (failureOf(answer, url, options) !== undefined) return { ...answer, body: Buffer.alloc(0) }
  throw invalidAnswer(url, options, 'an answer that is not compressed, as asked for', `the coding ${redact(coding)}`)
}

/** The deadline's end, told with the service that was being asked. */
function ended(url: URL, { deadline, service, network = standardNetwork }: RequestOptions): SealwaxError {
  const reason: unknown = deadline.signal.reason
  if (reason instanceof SealwaxError && reason.code === 'CANCELLED') return reason
  return new SealwaxError('SERVICE_TIMEOUT', `${service} at ${shownUrl(url)} did not answer in time`, {
    expected: `an answer within the ${deadline.milliseconds / 1000} s that the whole signature may take`,
    found: `none${throughProxy(url, network)}`,
    hint: `check that ${url.origin} is up and reachable from here, then try again`,
  })
}

function checkedUrl(address: string, { service, plainHttp = 'loopback' }: RequestOptions): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const fits = url?.protocol === 'https:' || (url?.protocol === 'http:' && (plainHttp === 'any' || isLoopback(url)))
  if (url && fits && url.username === '' && url.password === '') return url
  throw new SealwaxError('USAGE', `the address of ${service} cannot be used`, {
    expected: 'an https URL without user and password (http only for this machine, or in a signing config file)',
    found: url ? redact(shownUrl(url)) : 'no URL',
  })
}
