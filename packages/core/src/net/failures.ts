import type { IncomingHttpHeaders } from 'node:http'
import { SealwaxError } from '../errors.ts'
import { isLoopback } from './loopback.ts'
import type { Network, TlsSettings } from './network.ts'
import { proxyFor } from './proxy.ts'
import { ProxyFailure } from './tunnel.ts'
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
const otherNames = /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/
/** The other side did not like who we are, or that we did not say it (RFC 8446 section 6.2). */
const unknownClient =
  /^ERR_SSL_.*ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/
const handshakes = /^(EPROTO|ERR_SSL_)/

/** The error for an attempt that ended without an answer; `patience` is given when it ended because time was up. */
export function unreachable(
  url: URL,
  asked: Asked & { readonly network: Network },
  error: unknown,
  patience: number | undefined,
): Unreachable {
  if (error instanceof ProxyFailure) return unpassable(url, asked, error)
  const code = patience === undefined ? codeOf(error) : 'ETIMEDOUT'
  const isDistrusted = certificates.test(code)
  const words = redact(innermost(error).message, asked.secrets)
  return {
    final: isDistrusted || unknownClient.test(code) || code === 'ENOTFOUND',
    error: new SealwaxError('SERVICE_UNREACHABLE', `${asked.service} at ${shownUrl(url)} could not be reached`, {
      expected: 'an answer over HTTP',
      found:
        (patience === undefined ? findingOf(code, words) : `no answer within ${patience / 1000} s`) +
        throughProxy(url, asked.network),
      hint: hintFrom(code, url, asked.network),
      // The platform's error is not attached as it is: its text may quote the request.
      cause: new Error(words),
    }),
  }
}

/** Words that name the proxy on the way, for it may be to blame for what looks like the service's doing; else none. */
export function throughProxy(url: URL, { connections }: Network): string {
  const proxy = proxyFor(url, connections.env)
  return proxy === undefined ? '' : ` (asked through the proxy ${proxy.shown} from ${proxy.variable})`
}

/** A network of its own is that of a timestamp authority: its flags stand instead of the general ones. */
function hintFrom(code: string, url: URL, { connections: { tls } }: Network): string {
  if (code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED')
    return `is the clock of this machine right? it says ${new Date().toISOString()}`
  if (otherNames.test(code)) {
    const rest = 'is the address right, and does a proxy or load balancer answer for another host?'
    return `the certificate is for another name than ${tls.servername ?? url.hostname}: ${rest}${namedByFlag(tls)}`
  }
  if (certificates.test(code) && tls.isOnlyCa)
    return 'only the certificate authorities in the file of --timestamp-client-cacert are believed for the timestamp authority: its own must be among them'
  if (certificates.test(code))
    return 'for a certificate authority of your own name its file: --ca-file (option `caFile`), NODE_EXTRA_CA_CERTS or SSL_CERT_FILE'
  if (unknownClient.test(code))
    return 'a timestamp authority may want a client certificate: --timestamp-client-cert and --timestamp-client-key'
  return `check that ${url.origin} is up and that a firewall or proxy lets this machine reach it${sandboxHint(url)}`
}

const namedByFlag = ({ servername }: TlsSettings): string =>
  servername === undefined
    ? '; for a timestamp authority the name in its certificate: --timestamp-server-name'
    : '; the name is that of --timestamp-server-name'

/** The proxy is named, and never the password that it wants. */
function unpassable(url: URL, { service, secrets }: Asked, failure: ProxyFailure): Unreachable {
  const { proxy, status, cause } = failure
  const code = codeOf(cause)
  const words = cause === undefined ? '' : redact(innermost(cause).message, secrets)
  return {
    // What a proxy forbids it will forbid again; what broke on its way may not.
    final: (status !== undefined && status < 500 && status !== 429) || code === 'ENOTFOUND' || certificates.test(code),
    error: new SealwaxError(
      'SERVICE_UNREACHABLE',
      `${service} at ${shownUrl(url)} could not be reached through the proxy ${proxy.shown}`,
      {
        expected: 'a way through the proxy',
        found: status === undefined ? findingOf(code, words) : `the proxy answered ${status}`,
        hint: proxyHint(failure, url),
        cause: new Error(words),
      },
    ),
  }
}

function proxyHint({ proxy: { variable, authorization, shown }, status }: ProxyFailure, url: URL): string {
  if (status === 407)
    return authorization === undefined
      ? `the proxy wants a user and a password: put them into ${variable}, http://user:password@${shown}`
      : `the proxy did not accept the user and password in ${variable}`
  if (status === 403) return `ask whoever runs the proxy to let ${url.host} through`
  const exception = variable === variable.toLowerCase() ? 'no_proxy' : 'NO_PROXY'
  return `check ${variable}; a host that is reached without the proxy belongs into ${exception}`
}

/** A shell goes on pointing at a sandbox that has ended. */
const sandboxHint = (url: URL): string =>
  isLoopback(url) ? '; is the sandbox still running? start it again with `npx @sealwax/cli sandbox --background`' : ''

function findingOf(code: string, words: string): string {
  if (code.startsWith('HPE_')) return `no HTTP (${words})`
  if (certificates.test(code)) return `a TLS certificate that is not trusted (${code})`
  if (unknownClient.test(code)) return `it does not accept who we are in TLS (${code})`
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

/** A service that asks for more time than there is. `wait` in milliseconds. */
export function tooLong({ code, message, expected, found, cause }: SealwaxError, wait: number): SealwaxError {
  const seconds = Math.floor(wait / 1000)
  if (seconds < 1) return new SealwaxError(code, message, { expected, found, cause, hint: busyHint })
  const hint = `the service limits how often it may be asked, and asks to wait ${seconds} s, longer than is left: try again then, or give the signature more time: --timeout ${seconds + 60}s`
  return new SealwaxError(code, message, { expected, found, cause, hint })
}

const busyHint = 'the service limits how often it may be asked: wait a little, then try again'

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
  if (status === 407)
    return 'a proxy wants a user and a password: put them into HTTP_PROXY, http://user:password@host:port'
  if (status === 429) return busyHint
  if (status >= 500) return `the service is in trouble: try again later${knownStatusPage(url)}`
  if (status === 404 || status === 405)
    return 'check the address in the signing config: there is no such service at this path'
  if (status >= 300 && status < 400)
    return 'redirects are not followed: give the final address where this one is from, the signing config for a service that signs, --mirror for a TUF repository'
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
