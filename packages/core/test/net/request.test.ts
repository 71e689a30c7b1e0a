import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { type Answer, type RequestOptions, request, startDeadline } from '../../src/net/index.ts'
import { serve } from './server.ts'

const options = (more: Partial<RequestOptions> = {}): RequestOptions => ({
  deadline: startDeadline(10_000),
  service: 'Fulcio',
  ...more,
})

test('an answer of 2xx is handed out with its body', async () => {
  const { url, requests } = await serve((_, response) => response.writeHead(201).end('made'))
  const answer = await request(`${url}/a`, options({ method: 'POST', body: 'x', accept: 'text/plain' }))
  expect(answer.status).toBe(201)
  expect(answer.body.toString()).toBe('made')
  expect(requests[0]?.headers['user-agent']).toMatch(/^sealwax\/\d+\.\d+\.\d+/)
  expect(requests[0]?.headers.accept).toBe('text/plain')
})

test('connections are used again', async () => {
  const { url, sockets } = await serve((_, response) => response.end('ok'))
  for (let n = 0; n < 8; n++) await request(url, options())
  // Node frees a connection one turn after its answer, so a request in that very turn opens a second one.
  expect(sockets.size).toBeLessThanOrEqual(2)
})

test.each([429, 500, 502, 503, 504])('a status of %i is asked again', async (status) => {
  const { url, requests } = await serve((_, response, count) => response.writeHead(count === 1 ? status : 200).end())
  await expect(request(url, options({ retry: 'idempotent' }))).resolves.toMatchObject({ status: 200 })
  expect(requests).toHaveLength(2)
})

test.each([400, 401, 403, 404, 501])('a status of %i is not asked again', async (status) => {
  const { url, requests } = await serve((_, response) => response.writeHead(status).end())
  await expect(request(url, options({ retry: 'idempotent' }))).rejects.toMatchObject({ code: 'SERVICE_REFUSED' })
  expect(requests).toHaveLength(1)
})

test('what is not idempotent is asked once', async () => {
  const { url, requests } = await serve((_, response) => response.writeHead(503).end())
  await expect(request(url, options())).rejects.toMatchObject({ code: 'SERVICE_REFUSED' })
  expect(requests).toHaveLength(1)
})

test('five attempts are the end', async () => {
  const { url, requests } = await serve((_, response) => response.writeHead(503, { 'retry-after': '0' }).end('down'))
  await expect(request(url, options({ retry: 'idempotent' }))).rejects.toMatchObject({
    code: 'SERVICE_REFUSED',
    found: '503: down',
  })
  expect(requests).toHaveLength(5)
})

test('attempts are spread out, each wait longer than the one before could be', async () => {
  const times: number[] = []
  const { url } = await serve((_, response) => {
    times.push(performance.now())
    response.writeHead(503).end()
  })
  await expect(request(url, options({ retry: 'idempotent' }))).rejects.toMatchObject({ code: 'SERVICE_REFUSED' })
  const waits = times.slice(1).map((time, n) => time - (times[n] ?? 0))
  for (const [n, least] of [125, 250, 500, 1000].entries()) expect(waits[n]).toBeGreaterThan(least - 5)
}, 30_000)

test('a connection that was reset is tried again', async () => {
  const { url, requests } = await serve((incoming, response, count) =>
    count === 1 ? incoming.socket.destroy() : response.end('ok'),
  )
  await expect(request(url, options({ retry: 'idempotent' }))).resolves.toMatchObject({ status: 200 })
  expect(requests).toHaveLength(2)
})

test.each([
  ['in seconds', (): string => '1'],
  ['as a date', (): string => new Date(Date.now() + 2_000).toUTCString()],
])('Retry-After %s is waited for', async (_, value) => {
  const times: number[] = []
  const { url } = await serve((_incoming, response, count) => {
    times.push(performance.now())
    response.writeHead(count === 1 ? 429 : 200, { 'retry-after': value() }).end()
  })
  await request(url, options({ retry: 'idempotent' }))
  // The back-off without the header would be at most 250 ms; a date has whole seconds only.
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900)
})

test('a Retry-After beyond the deadline is told at once instead of waited for', async () => {
  const { url, requests } = await serve((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end())
  const begin = performance.now()
  await expect(request(url, options({ retry: 'idempotent' }))).rejects.toMatchObject({
    code: 'SERVICE_REFUSED',
    hint: expect.stringMatching(/asks to wait 3600 s, longer than is left: .*--timeout 3660s/),
  })
  expect(performance.now() - begin).toBeLessThan(5_000)
  expect(requests).toHaveLength(1)
})

test('the deadline ends a request that hangs, and the message names the service and the address', async () => {
  const { url } = await serve(() => undefined)
  const failing = request(`${url}/path?token=hidden`, options({ deadline: startDeadline(200), retry: 'idempotent' }))
  await expect(failing).rejects.toMatchObject({
    code: 'SERVICE_TIMEOUT',
    message: `Fulcio at ${url}/path did not answer in time`,
    expected: expect.stringContaining('0.2 s'),
  })
})

test('the deadline ends an answer that never ends', async () => {
  const { url } = await serve((_, response) => response.writeHead(200).write('first'))
  await expect(request(url, options({ deadline: startDeadline(200) }))).rejects.toMatchObject({
    code: 'SERVICE_TIMEOUT',
  })
})

test('the deadline ends a wait between attempts', async () => {
  const { url } = await serve((_, response) => response.writeHead(503, { 'retry-after': '1' }).end())
  const controller = new AbortController()
  const failing = request(url, options({ deadline: startDeadline(10_000, controller.signal), retry: 'idempotent' }))
  await sleep(100)
  controller.abort()
  await expect(failing).rejects.toMatchObject({ code: 'CANCELLED' })
})

test("the caller's signal ends a request that hangs", async () => {
  const { url } = await serve(() => undefined)
  const controller = new AbortController()
  const failing = request(url, options({ deadline: startDeadline(10_000, controller.signal) }))
  await sleep(50)
  controller.abort(new Error('some reason'))
  await expect(failing).rejects.toMatchObject({ code: 'CANCELLED', message: 'signing was cancelled' })
})

test('nothing is asked under a deadline that is over', async () => {
  const { url, requests } = await serve((_, response) => response.end())
  const deadline = startDeadline(10_000)
  deadline.end()
  await expect(request(url, options({ deadline }))).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(requests).toHaveLength(0)
})

test('an answer above the cap is refused while it is being read', async () => {
  let sent = 0
  const { url } = await serve((_, response) => {
    const more = (): void => {
      while (sent < 50_000_000 && !response.destroyed) {
        sent += 65_536
        if (!response.write(Buffer.alloc(65_536))) return
      }
      response.end()
    }
    response.on('drain', more)
    more()
  })
  await expect(request(url, options({ maxBytes: 100_000, retry: 'idempotent' }))).rejects.toMatchObject({
    code: 'SERVICE_ANSWER_INVALID',
    expected: 'at most 100000 bytes',
  })
  expect(sent).toBeLessThan(25_000_000)
})

test('a redirect is not followed', async () => {
  const { url, requests } = await serve((_, response) =>
    response.writeHead(307, { location: 'http://127.0.0.1:1/x?y' }).end(),
  )
  await expect(request(url, options({ headers: { authorization: 'Bearer t' } }))).rejects.toMatchObject({
    code: 'SERVICE_REFUSED',
    found: '307: redirected to http://127.0.0.1:1/x',
    hint: expect.stringContaining('redirects are not followed'),
  })
  expect(requests).toHaveLength(1)
})

test('of a redirect only the place is told, without query and fragment', async () => {
  for (const rest of ['?token=abc', '#access_token=abc', '#a?b', '?a#b']) {
    const { url } = await serve((_, response) =>
      response.writeHead(302, { location: `https://login.example/x${rest}` }).end(),
    )
    await expect(request(url, options())).rejects.toMatchObject({ found: '302: redirected to https://login.example/x' })
  }
})

test('a status that the caller expects is an answer', async () => {
  const { url } = await serve((_, response) => response.writeHead(409).end('known'))
  await expect(request(url, options({ expect: [409] }))).resolves.toMatchObject({ status: 409 })
})

test('a status that the caller wants retried is retried', async () => {
  const { url } = await serve((_, response, count) => response.writeHead(count === 1 ? 404 : 200).end())
  await expect(request(url, options({ retry: 'idempotent', retryOn: [404] }))).resolves.toMatchObject({ status: 200 })
})

test('nobody at the address: the message says so and what to check', async () => {
  await expect(request('http://127.0.0.1:1/x', options())).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    message: 'Fulcio at http://127.0.0.1:1/x could not be reached',
    found: expect.stringMatching(/connection refused|bad port/),
    hint: expect.stringContaining('firewall'),
  })
})

test('nobody at an address of this machine: it may have been a sandbox; elsewhere nobody speaks of one', async () => {
  const hintFor = async (address: string): Promise<string> => {
    const error: unknown = await request(address, options()).catch((caught: unknown) => caught)
    return (error as { hint?: string }).hint ?? ''
  }
  const words = 'is the sandbox still running? start it again with `npx @sealwax/cli sandbox --background`'
  for (const host of ['127.0.0.1', 'localhost']) expect(await hintFor(`http://${host}:1/x`)).toContain(words)
  expect(await hintFor('https://nobody.example:1/x')).not.toContain('sandbox')
})

test("the platform's own error is not passed on, only its words: it knows the request", async () => {
  const error: unknown = await request('http://127.0.0.1:1/x', options()).catch((caught: unknown) => caught)
  const { cause } = error as Error
  expect(cause).toBeInstanceOf(Error)
  expect((cause as Error).cause).toBeUndefined()
})

test('a host name that does not exist is not tried again', async () => {
  const begin = performance.now()
  await expect(request('https://sealwax.invalid/', options({ retry: 'idempotent' }))).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
  })
  expect(performance.now() - begin).toBeLessThan(8_000)
})

test.each(['http://example.test/', 'ftp://127.0.0.1/', 'https://user:secret@example.test/', 'nothing', ''])(
  'the address %j is refused before anything is sent',
  async (address) => {
    const error = await request(address, options()).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'USAGE' })
    expect(inspect(error, { depth: 9 })).not.toContain('secret')
  },
)

test('http to another host is allowed where a person named it in a file', async () => {
  await expect(
    request('http://sealwax.invalid/', options({ plainHttp: 'any', deadline: startDeadline(3_000) })),
  ).rejects.toMatchObject({ code: expect.stringMatching(/SERVICE_/) })
})

test("the service's own words are shown, without secrets, control characters and markup", async () => {
  const secret = { expose: (): string => 'top-secret-value' }
  const { url } = await serve((_, response) =>
    response.writeHead(400).end(JSON.stringify({ code: 3, message: 'bad \u001b[31mtoken\n top-secret-value' })),
  )
  await expect(request(url, options({ secrets: [secret] }))).rejects.toMatchObject({
    found: '400: bad [31mtoken [redacted]',
  })
  const page = await serve((_, response) => response.writeHead(404).end('<html>not here</html>'))
  await expect(request(page.url, options())).rejects.toMatchObject({ found: '404 without a message' })
})

test('a header that HTTP does not allow is refused without showing it', async () => {
  const { url } = await serve((_, response) => response.end())
  const error = await request(url, options({ headers: { authorization: 'Bearer marked\nvalue' } })).catch(
    (caught: unknown) => caught,
  )
  expect(error).toMatchObject({ code: 'USAGE' })
  expect(String((error as Error).stack)).not.toContain('marked')
})

test('an answer that is compressed, though nobody asked for that, is refused instead of misread', async () => {
  const { url, requests } = await serve((_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
  )
  await expect(request(url, options())).rejects.toMatchObject({
    code: 'SERVICE_ANSWER_INVALID',
    found: 'the coding gzip',
  })
  expect(requests[0]?.headers['accept-encoding']).toBe('identity')
})

test('what is not HTTP is said to be none', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  await expect(request(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, options())).rejects.toMatchObject(
    {
      code: 'SERVICE_UNREACHABLE',
      found: expect.stringMatching(/^no HTTP \(/),
    },
  )
})

test('an answer that breaks off is not taken for a whole one', async () => {
  const { url } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half')
    setTimeout(() => response.destroy(), 20)
  })
  await expect(request(url, options())).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' })
})

test('an answer that switches to another protocol is none, and is said to be none', async () => {
  const { url } = await serve((incoming, response) => {
    response.flushHeaders()
    incoming.socket.end()
  })
  const server = createServer((socket) =>
    socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  for (const one of [url, address])
    await expect(request(one, options())).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' })
})

test('a failure in a form that cannot be read is still that failure, and tried again', async () => {
  const { url, requests } = await serve((_, response, count) =>
    response
      .writeHead(
        count === 1 ? 503 : 200,
        count === 1 ? { 'content-encoding': 'gzip' } : { 'content-encoding': 'Identity' },
      )
      .end('x'),
  )
  await expect(request(url, options({ retry: 'idempotent' }))).resolves.toMatchObject({ status: 200 })
  expect(requests).toHaveLength(2)
})

test('a 429 after a lost answer does not keep from looking whether the work is done', async () => {
  const kept: string[] = []
  const { url, requests } = await serve((incoming, response, count) => {
    if (count === 1) {
      kept.push('entry')
      return incoming.socket.destroy()
    }
    if (count === 2) return response.writeHead(429, { 'retry-after': '0' }).end()
    // A log that takes the same thing twice.
    kept.push('entry')
    response.writeHead(201).end()
  })
  let looks = 0
  // The first look comes too early: what was sent is not in the tree yet.
  const recover = async (): Promise<Answer | undefined> =>
    ++looks === 1 ? undefined : { status: 409, headers: {}, body: Buffer.alloc(0) }
  const answer = await request(url, options({ method: 'POST', retry: 'idempotent', recover }))
  expect(answer.status).toBe(409)
  expect(requests).toHaveLength(2)
  expect(kept).toEqual(['entry'])
})

test('after nothing but a 429 nobody looks: nothing was begun', async () => {
  const { url } = await serve((_, response, count) =>
    response.writeHead(count === 1 ? 429 : 201, { 'retry-after': '0' }).end(),
  )
  const recover = async (): Promise<Answer | undefined> => ({ status: 409, headers: {}, body: Buffer.alloc(0) })
  const answer = await request(url, options({ method: 'POST', retry: 'idempotent', recover }))
  expect(answer.status).toBe(201)
})

test('a redirect of a TUF mirror and of a service that signs have their own next step', async () => {
  const { url } = await serve((_, response) => response.writeHead(301, { location: 'https://new.example/' }).end())
  await expect(request(url, options())).rejects.toMatchObject({
    hint: expect.stringMatching(/final address .* signing config .* --mirror for a TUF repository/),
  })
})
