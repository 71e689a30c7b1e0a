import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isLoopback } from './loopback.ts'

// Node's own HTTP client and not `fetch`: it is in memory when a build ends, a first request costs a fifth of the time,
// and proxies, certificate authorities and client certificates are settings of its agents.

/** What goes out. */
export interface Outgoing {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  /** Cap of the answer in bytes. */
  readonly cap: number
  readonly signal: AbortSignal
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
export async function exchange(url: URL, { method, headers, body, cap, signal }: Outgoing): Promise<Answer> {
  const { Agent, request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const agent = pool(url, Agent)
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method, headers: { ...headers, 'accept-encoding': 'identity' }, signal })
    outgoing.on('response', (incoming) => collect(incoming, cap).then(resolve, reject))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function collect(incoming: IncomingMessage, cap: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
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
  })
}

const pools = new Map<string, Agent>()

/** Connections that can be used again; idle ones end after a while, and never hold the process. */
function pool(url: URL, Pool: typeof Agent): Agent {
  const isLocal = isLoopback(url)
  const name = `${url.protocol}${isLocal}`
  const known = pools.get(name)
  if (known) return known
  // No proxy can reach this machine's own services.
  const made = new Pool({ keepAlive: true, timeout: 30_000, ...(isLocal ? {} : { proxyEnv: process.env }) })
  pools.set(name, made)
  return made
}
