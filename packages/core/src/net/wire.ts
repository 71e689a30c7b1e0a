import type { Agent, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import type { AgentOptions } from 'node:https'
import { type Connections, readAuthorities } from './network.ts'
import { type Proxy, proxyFor } from './proxy.ts'
import { ProxyFailure, tunnelAgent } from './tunnel.ts'

// Node's own HTTP client and not `fetch`: it is in memory when a build ends, a first request costs a fifth of the time,
// and certificate authorities, client certificates and the way through a proxy are settings of its agents.

/** What goes out. */
export interface Outgoing {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  /** Cap of the answer in bytes. */
  readonly cap: number
  readonly signal: AbortSignal
  readonly connections: Connections
}

/** What came back. Header names are in lower case. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** The answer is larger than its cap. */
export class Oversized extends Error {}

/** One exchange over HTTP/1.1 (RFC 9112). Redirects are not followed. Rejects with whatever the platform says. */
export async function exchange(url: URL, outgoing: Outgoing): Promise<Answer> {
  const { method, headers, body, cap, signal, connections } = outgoing
  const proxy = proxyFor(url, connections.env)
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const agent = await pool(url, connections, proxy)
  const options: RequestOptions & { readonly giveUp: AbortSignal } = { agent, method, signal, giveUp: signal }
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, ...direction(url, proxy, { ...headers, 'accept-encoding': 'identity' }) })
    // Node waits for a connection that is being made through a proxy even when the request has been given up.
    const giveUp = (): void => {
      asked.destroy()
      reject(signal.reason as Error)
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
    const isPlain = proxy !== undefined && url.protocol === 'http:'
    asked.on('response', (incoming) => collect(incoming, cap, resolve, reject))
    asked.on('error', (error) => reject(isPlain ? new ProxyFailure(proxy, undefined, error) : error))
    asked.on('close', () => {
      signal.removeEventListener('abort', giveUp)
      // An answer that switches protocols ends with neither an answer nor an error.
      reject(new Error('the connection was closed without an answer'))
    })
    asked.end(body)
  })
}

/** Where a request goes. A proxy is asked for the whole address (RFC 9112 section 3.2.2) where no TLS leads through it. */
function direction(url: URL, proxy: Proxy | undefined, headers: Outgoing['headers']): RequestOptions {
  if (proxy === undefined || url.protocol === 'https:') return { headers }
  const { hostname, port, authorization } = proxy
  return {
    host: hostname,
    hostname,
    port,
    path: url.href,
    headers: { ...headers, host: url.host, ...(authorization && { 'proxy-authorization': authorization }) },
  }
}

function collect(
  incoming: IncomingMessage,
  cap: number,
  resolve: (answer: Answer) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.byteLength
    chunks.push(chunk)
    // What is over the cap is never read.
    if (size > cap) incoming.destroy(new Oversized())
  })
  incoming.on('error', reject)
  incoming.on('end', () =>
    resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }),
  )
}

/** Connections to one host at the same time: more than any signature needs, fewer than a host takes for an attack. */
const width = 64

const settings: AgentOptions = {
  keepAlive: true,
  timeout: 30_000,
  maxSockets: width,
  // Node gives each address of a host a quarter of a second, which a far one does not keep.
  autoSelectFamilyAttemptTimeout: 1_000,
}

const pools = new WeakMap<Connections, Map<string, Promise<Agent>>>()

/** Connections that can be used again; idle ones end after a while, and never hold the process. */
function pool(url: URL, connections: Connections, proxy: Proxy | undefined): Promise<Agent> {
  const known = pools.get(connections) ?? new Map<string, Promise<Agent>>()
  pools.set(connections, known)
  const name = `${url.protocol} ${proxy === undefined ? '' : `${proxy.protocol}${proxy.shown} ${proxy.authorization}`}`
  const made = known.get(name) ?? open(url, connections, proxy)
  // A file that could not be read may be there the next time.
  made.catch(() => known.delete(name))
  known.set(name, made)
  return made
}

async function open(url: URL, connections: Connections, proxy: Proxy | undefined): Promise<Agent> {
  if (url.protocol === 'http:') {
    const { Agent } = await import('node:http')
    // A proxy for http in front of which stands TLS is none that anybody has.
    return new Agent(settings)
  }
  const options = { ...settings, ...(await secured(connections)) }
  if (proxy) return tunnelAgent(proxy, options)
  const { Agent } = await import('node:https')
  return new Agent(options)
}

/** The authorities that are believed: those given alone, or beside the platform's and what `NODE_EXTRA_CA_CERTS` adds. */
async function secured({ tls: { ca, isOnlyCa, ...rest }, env }: Connections): Promise<AgentOptions> {
  const platform = env['SSL_CERT_FILE']
  if (ca !== undefined && isOnlyCa) return { ...rest, ca: [...ca] }
  if (ca === undefined && !platform) return rest
  const { getCACertificates } = await import('node:tls')
  const beside = platform
    ? [...readAuthorities(platform, 'the variable SSL_CERT_FILE'), ...getCACertificates('extra')]
    : getCACertificates('default')
  return { ...rest, ca: [...beside, ...(ca ?? [])] }
}
