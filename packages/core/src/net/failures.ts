import type { IncomingHttpHeaders } from 'node:http'
import { SealwaxError } from '../errors.ts'
import { isLoopback } from './loopback.ts'
import { redact, type Secretive, shownUrl } from './redaction.ts'

/** Whom a message is about. */
export interface Asked {
  readonly service: string
  readonly secrets?: readonly Secretive[]
  readonly hint?: (status: number, words: string) => string | undefined
}

/** Why there was no answer at all. `final`: a second attempt cannot cure it. */
export interface Unreachable {
  readonly error: SealwaxError
  readonly final: boolean
}

const findings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'no connection in time',
  ENETUNREACH: 'the network cannot be reached',
  EHOSTUNREACH: 'the host cannot be reached',
}

const certificates = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/
const handshakes = /^(EPROTO|ERR_SSL_)/

/** The error for an attempt that ended without an answer; `patience` is given when it ended because time was up. */
export function unreachable(url: URL, asked: Asked, error: unknown, patience: number | undefined): Unreachable {
  const code = patience === undefined ? codeOf(error) : 'ETIMEDOUT'
  const isDistrusted = certificates.test(code)
  const words = redact(innermost(error).message, asked.secrets)
  return {
    final: isDistrusted || code === 'ENOTFOUND',
    error: new SealwaxError('SERVICE_UNREACHABLE', `${asked.service} at ${shownUrl(url)} could not be reached`, {
      expected: 'an answer over HTTP',
      found: patience === undefined ? findingOf(code, words) : `no answer within ${patience / 1000} s`,
      hint: isDistrusted
        ? 'for a certificate authority of your own set NODE_EXTRA_CA_CERTS to its file'
        : `check that ${url.origin} is up and that a firewall or proxy lets this machine reach it${sandboxHint(url)}`,
      // The platform's error is not attached as it is: its text may quote the request.
      cause: new Error(words),
    }),
  }
}

/** A shell goes on pointing at a sandbox that has ended. */
const sandboxHint = (url: URL): string =>
  isLoopback(url) ? '; is the sandbox still running? start it again with `npx sealwax sandbox --background`' : ''

function findingOf(code: string, words: string): string {
  if (code.startsWith('HPE_')) return `no HTTP (${words})`
  if (code === 'ERR_PROXY_TUNNEL') return `the proxy did not let us through (${words})`
  if (certificates.test(code)) return `a TLS certificate that is not trusted (${code})`
  if (handshakes.test(code)) return `no TLS (${code}): is it http instead of https?`
  return findings[code] ?? (code === '' ? words : code)
}

/** The platform's code for what went wrong, or nothing. */
export function codeOf(error: unknown): string {
  const inner = innermost(error)
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : ''
}

/** A host with several addresses makes a list of errors. */
function innermost(error: unknown, depth = 0): Error {
  if (!(error instanceof Error)) return new Error('the request failed')
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause
  return inner instanceof Error && depth < 5 ? innermost(inner, depth + 1) : error
}

/** The error for an answer that says no. `answer.body` is the service's own words. */
export function refusal(
  url: URL,
  asked: Asked,
  answer: { status: number; headers: IncomingHttpHeaders; body: Buffer },
): SealwaxError {
  const words = redact(serviceMessage(answer), asked.secrets)
  return new SealwaxError('SERVICE_REFUSED', `${asked.service} at ${shownUrl(url)} answered ${answer.status}`, {
    expected: 'a status of 2xx',
    found: words === '' ? `${answer.status} without a message` : `${answer.status}: ${words}`,
    hint: asked.hint?.(answer.status, words) ?? hintFor(answer.status, url),
  })
}

function hintFor(status: number, url: URL): string {
  if (status === 429) return 'the service limits how often it may be asked: wait a little, then try again'
  if (status >= 500) return `the service is in trouble: try again later${knownStatusPage(url)}`
  if (status === 404 || status === 405)
    return 'check the address in the signing config: there is no such service at this path'
  if (status >= 300 && status < 400) return 'redirects are not followed: put the final address into the signing config'
  return 'the service did not accept the request; its own words say why'
}

const knownStatusPage = (url: URL): string =>
  url.hostname.endsWith('.sigstore.dev') ? ' (https://status.sigstore.dev)' : ''

/** The message inside a JSON error of Fulcio, Rekor or a timestamp authority, else the text as it is. */
function serviceMessage({ headers, body }: { headers: IncomingHttpHeaders; body: Buffer }): string {
  const location = headers.location
  if (location !== undefined && body.length === 0) return `redirected to ${location.split(/[?#]/)[0]}`
  const text = body.toString('utf8')
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    return typeof message === 'string' ? message : text
  } catch {
    return text.startsWith('<') ? '' : text
  }
}

/** The error for an answer that is not what the protocol says. */
export function invalidAnswer(url: URL, { service }: Asked, expected: string, found: string): SealwaxError {
  return new SealwaxError('SERVICE_ANSWER_INVALID', `the answer of ${service} at ${shownUrl(url)} cannot be used`, {
    expected,
    found,
  })
}
