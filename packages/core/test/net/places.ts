import { createServer, type RequestListener } from 'node:http'
import { createServer as createTls, type ServerOptions } from 'node:https'
import { type AddressInfo, connect, createServer as createSocketServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'

/** Listens on a free port until the test is over. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Duplex>()
  server.on('connection', (socket: Duplex) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, host, resolve)
  })
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

/** An https server; its port. */
export const serveTls = (options: ServerOptions, handler: RequestListener, host?: string): Promise<number> =>
  listen(createTls(options, handler), host)

export interface ProxyRecord {
  readonly line: string
  readonly authorization: string | undefined
}

/**
 * A proxy that leads wherever it is asked to go to one port of this machine. `answer`: the status with which it refuses.
 */
export async function serveProxy(
  target: number,
  { answer, tls, host }: { answer?: (count: number) => number; tls?: ServerOptions; host?: string } = {},
): Promise<{ port: number; seen: ProxyRecord[]; sockets: number[] }> {
  const seen: ProxyRecord[] = []
  const sockets: number[] = []
  const plain: RequestListener = (request, response) => {
    seen.push({ line: `${request.method} ${request.url}`, authorization: request.headers['proxy-authorization'] })
    const status = answer?.(seen.length) ?? 200
    response.writeHead(status).end(status === 200 ? 'through' : `you sent ${request.headers['proxy-authorization']}`)
  }
  const server = tls === undefined ? createServer(plain) : createTls(tls, plain)
  server.on('connection', () => sockets.push(1))
  server.on('connect', (request, socket: Duplex) => {
    seen.push({ line: `CONNECT ${request.url}`, authorization: request.headers['proxy-authorization'] })
    const status = answer?.(seen.length) ?? 200
    socket.on('error', () => undefined)
    if (status !== 200)
      return socket.end(`HTTP/1.1 ${status} No\r\n\r\nyou sent ${request.headers['proxy-authorization']}`)
    const through = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
    through.on('error', () => socket.destroy())
    socket.on('close', () => through.destroy())
  })
  return { port: await listen(server, host), seen, sockets }
}

/** A server that takes connections and never says anything. */
export const serveSilence = (): Promise<number> => listen(createSocketServer(() => undefined))

/** Whether this machine has ::1. */
export const hasIpv6: boolean = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1')
