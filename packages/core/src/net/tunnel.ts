import type { Agent, AgentOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Proxy } from './proxy.ts'

/** A proxy did not let us through. `status`: what it answered, when it did. */
export class ProxyFailure extends Error {
  readonly proxy: Proxy
  readonly status: number | undefined

  constructor(proxy: Proxy, status: number | undefined, cause?: unknown) {
    super('the proxy did not let us through', { cause })
    this.proxy = proxy
    this.status = status
  }
}

/** How long a proxy may take to open a way, in milliseconds: longer than a name and a handshake ever need. */
const patience = 15_000

interface Target {
  readonly host?: string | null | undefined
  readonly port?: number | string | null | undefined
  readonly servername?: string | undefined
  /** Of the exchange that opens the connection: Node does not end a connection that is still being made. */
  readonly giveUp?: AbortSignal | undefined
}

/**
 * An agent whose connections lead through a proxy (CONNECT, RFC 9110 section 9.3.6). Node's own `proxyEnv` is not used: an
 * exchange that is given up would wait for the proxy all the same, an address without `http://` would count as no proxy,
 * and its errors do not tell the proxy from the service.
 */
export async function tunnelAgent(proxy: Proxy, options: AgentOptions): Promise<Agent> {
  const [{ Agent }, { connect }] = await Promise.all([import('node:https'), import('node:tls')])
  const { request } = proxy.protocol === 'https:' ? await import('node:https') : await import('node:http')
  const agent = new Agent(options)
  const open = (target: Target, done: (error: Error | null, socket?: Duplex) => void): void => {
    const host = target.host ?? ''
    const authority = `${host.includes(':') ? `[${host}]` : host}:${target.port ?? 443}`
    const { authorization } = proxy
    const asking = request({
      method: 'CONNECT',
      host: proxy.hostname,
      port: proxy.port,
      path: authority,
      headers: { host: authority, ...(authorization && { 'proxy-authorization': authorization }) },
      agent: false,
      timeout: patience,
      ...(options.ca && { ca: options.ca }),
      ...(target.giveUp && { signal: target.giveUp }),
    })
    asking.on('connect', ({ statusCode = 0 }, socket: Duplex) => {
      if (statusCode >= 200 && statusCode < 300) return done(null, connect({ ...options, ...target, socket } as object))
      socket.destroy()
      done(new ProxyFailure(proxy, statusCode))
    })
    // A proxy that answers a CONNECT as if it were any other request.
    asking.on('response', (answer) => {
      answer.destroy()
      done(new ProxyFailure(proxy, answer.statusCode))
    })
    asking.on('timeout', () => asking.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })))
    asking.on('error', (cause) => done(new ProxyFailure(proxy, undefined, cause)))
    asking.end()
  }
  agent.createConnection = ((target: Target, done: (error: Error | null, socket?: Duplex) => void) => {
    let isDone = false
    open(target, (error, socket) => {
      if (isDone) return socket?.destroy()
      isDone = true
      done(error, socket)
    })
    return undefined
  }) as never
  return agent
}
