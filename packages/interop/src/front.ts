// In front of Rekor v2, as where it is deployed: entries go to the server, and what is read comes from its tiles, which are files.
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

export interface Front {
  readonly url: string
  close(): Promise<void>
}

/**
 * @param server - where rekor-tiles answers
 * @param tiles - its storage folder
 * @param note - is told the status of each of the server's answers
 */
export async function startFront(server: string, tiles: string, note?: (status: number) => void): Promise<Front> {
  const front = createServer((incoming, response) => {
    const [, path] = /^\/api\/v2\/(checkpoint|tile\/[\dx/.p]+)$/.exec(incoming.url ?? '') ?? []
    if (incoming.method !== 'GET' || path === undefined) return pass(server, incoming, response, note)
    readFile(join(tiles, path)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((done) => front.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        front.closeAllConnections()
        front.close(() => done())
      }),
  }
}

/** Whoever hangs up here hangs up there: the server must see its clients as they are. */
function pass(
  server: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  note?: (status: number) => void,
): void {
  const { method, headers } = incoming
  const outgoing = request(`${server}${incoming.url ?? '/'}`, { method, headers }, (answer) => {
    const { statusCode = 502 } = answer
    note?.(statusCode)
    response.writeHead(statusCode, answer.headers)
    answer.pipe(response)
  })
  outgoing.once('error', () => response.destroy())
  response.once('close', () => outgoing.destroy())
  incoming.pipe(outgoing)
}
