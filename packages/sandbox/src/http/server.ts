import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { countFaults, formatFault, type Fault, type Faults, type ServiceName } from '../faults/index.ts'
import { json, Refusal, type Answer, type Call, type Route, type Service } from './service.ts'

/** The largest envelope the real Rekor takes by default is 32 MB as well. */
const MAX_BODY_BYTES = 32 * 1024 * 1024
/** A lie called 'huge': more than any client may be willing to read. */
const HUGE_CHUNKS = 4096
const HUGE_CHUNK = Buffer.alloc(64 * 1024, 0x20)
/** A sandbox left running for days must not grow without end. */
const MAX_REQUESTS_KEPT = 100_000

export interface RequestRecord {
  readonly service: ServiceName | 'none'
  readonly method: string
  readonly path: string
  /** 0 while unanswered, and for good where a fault hung or dropped the connection */
  readonly status: number
  /** what hit it, in the words of the command line, like `429@1` or `lost`; undefined where nothing did */
  readonly fault: string | undefined
}
type OpenRecord = { -readonly [K in keyof RequestRecord]: RequestRecord[K] }

export interface HttpHost {
  readonly origin: string
  readonly requests: readonly RequestRecord[]
  /** services are added after listening because their addresses hold the port */
  mount(service: Service): void
  close(): Promise<void>
}

export interface ListenOptions {
  /** 0 takes a free one */
  readonly port: number
  readonly faults: () => Faults
  readonly now: () => Date
  /** called when a request has been answered, or never will be */
  readonly onRequest?: ((record: RequestRecord) => void) | undefined
}

/** Listens on 127.0.0.1 only: nothing outside this machine may take the sandbox for a Sigstore. */
export async function listen({ port, faults, now, onRequest }: ListenOptions): Promise<HttpHost> {
  const services = new Map<string, Service>()
  const requests: OpenRecord[] = []
  const takeFault = countFaults()
  const closing = new AbortController()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '/', origin)
    if (url === null) throw new Refusal(400, 'the request has no valid path')
    const [, prefix = '', rest = ''] = /^\/([^/]*)(\/.*)?$/.exec(url.pathname) ?? []
    const service = services.get(prefix)
    const record: OpenRecord = {
      service: service?.name ?? 'none',
      method: request.method ?? '',
      path: url.pathname,
      status: 0,
      fault: undefined,
    }
    if (requests.push(record) > MAX_REQUESTS_KEPT) requests.shift()
    response.once('finish', () => (record.status = response.statusCode))
    response.once('close', () => onRequest?.(record))

    const body = await readBody(request)
    refuseForeignHost(request, origin)
    if (service === undefined) throw new Refusal(404, `path ${url.pathname} was not found`)
    const fault = takeFault(faults()[service.name])
    if (fault !== undefined) record.fault = formatFault(fault) || undefined
    if (fault?.delay !== undefined) await wait(fault.delay, undefined, { signal: closing.signal })
    if (fault?.hang === true) return
    if (fault?.reset === true) return void request.socket.resetAndDestroy()
    if (fault?.status !== undefined) return send(response, faultAnswer(fault, fault.status))
    if (fault?.lie === 'huge') return sendHuge(response)

    const call: Call = {
      method: request.method ?? '',
      path: rest,
      query: url.searchParams,
      header: (name) => String(request.headers[name] ?? ''),
      body,
      lie: fault?.lie,
      now: new Date(now().getTime() + (fault?.skew ?? 0)),
    }
    if (fault?.skew !== undefined) response.setHeader('date', call.now.toUTCString())
    const answering = dispatch(service.routes, call)
    if (fault?.lostAnswer === true) {
      await answering.catch(() => undefined)
      return void request.socket.resetAndDestroy()
    }
    const given = await answering
    send(response, fault?.body === undefined ? given : { ...given, body: fault.body })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (closing.signal.aborted || response.headersSent) return void response.destroy()
      send(response, errorAnswer(error))
    })
  })
  await bind(server, port)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the sandbox has no port')
  const origin = `http://127.0.0.1:${address.port}`

  return {
    origin,
    requests,
    mount: (service) => void services.set(service.name, service),
    close: async () => {
      closing.abort()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // The rest is read and dropped, so that the caller gets the answer instead of a broken pipe.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BODY_BYTES) throw new Refusal(413, `the request is larger than ${MAX_BODY_BYTES} bytes`)
  return Buffer.concat(chunks)
}

/** A web page may point a name of its own at 127.0.0.1 (DNS rebinding); its requests then carry that name. */
function refuseForeignHost(request: IncomingMessage, origin: string): void {
  const port = new URL(origin).port
  const host = request.headers.host
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`)
    throw new Refusal(403, 'the sandbox answers on 127.0.0.1 only')
}

async function dispatch(routes: readonly Route[], call: Call): Promise<Answer> {
  let otherMethod = false
  for (const route of routes) {
    const match = typeof route.path === 'string' ? (route.path === call.path ? [] : null) : route.path.exec(call.path)
    if (match === null) continue
    if (route.method === call.method) return route.handle(call, match.slice(1))
    otherMethod = true
  }
  throw otherMethod
    ? new Refusal(405, `method ${call.method} is not allowed`)
    : new Refusal(404, `path ${call.path} was not found`)
}

function faultAnswer(fault: Fault, status: number): Answer {
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }
  if (fault.body !== undefined)
    return { status, headers: { 'content-type': 'text/plain', ...headers }, body: fault.body }
  return json(status, { code: status, message: 'the sandbox was told to fail' }, headers)
}

function errorAnswer(error: unknown): Answer {
  if (error instanceof Refusal) return json(error.status, { code: error.status, message: error.message }, error.headers)
  // A defect of the sandbox: say what, so that it can be mended. No secret of a user is ever in here but tokens, which jose keeps out of its messages.
  return json(500, {
    code: 500,
    message: `the sandbox failed: ${error instanceof Error ? error.message : String(error)}`,
  })
}

function send(response: ServerResponse, answer: Answer): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length }).end(body)
}

async function sendHuge(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunks = Array.from({ length: HUGE_CHUNKS }, () => HUGE_CHUNK)
  // The caller hanging up in the middle is what is hoped for.
  await pipeline(Readable.from(chunks), response).catch(() => undefined)
}
