import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void

/** A server on a free loopback port, gone when the test is. `count` is 1 for the first request. */
export async function serve(
  handler: Handler,
): Promise<{ url: string; requests: IncomingMessage[]; sockets: Set<unknown> }> {
  const requests: IncomingMessage[] = []
  const sockets = new Set<unknown>()
  const server = createServer((request, response) => {
    requests.push(request)
    handler(request, response, requests.length)
  })
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, sockets }
}
