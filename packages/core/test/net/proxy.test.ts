import { createServer } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openNetwork, request, startDeadline } from '../../src/net/index.ts'
import { proxyFor } from '../../src/net/proxy.ts'
import { issue } from './certificates.ts'
import { hasIpv6, listen, serveProxy, serveSilence, serveTls } from './places.ts'

const authority = issue('an authority of our own')
const leaf = issue('somewhere', { issuer: authority, hosts: ['fulcio.example.test', '127.0.0.1'] })
const url = 'https://fulcio.example.test/api'
const password = 'gehe%69m-marked'
const marks = ['gehe', 'marked', Buffer.from('user:geheim-marked').toString('base64')]
let folder = ''
let caFile = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealwax-proxy-'))
  caFile = join(folder, 'ca.pem')
  await writeFile(caFile, `Our authority\n${authority.cert}`)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Env = Record<string, string>
const ask = (env: Env, more: Partial<Parameters<typeof request>[1]> = {}, address = url): ReturnType<typeof request> =>
  request(address, {
    network: openNetwork({ caFile }, env),
    deadline: startDeadline(5_000),
    service: 'Fulcio',
    plainHttp: 'any',
    ...more,
  })
const service = (): Promise<number> => serveTls(leaf, (incoming, response) => response.end(`${incoming.headers.host}`))

test('https leads through the proxy, with its user and password, and one way serves many requests', async () => {
  const proxy = await serveProxy(await service())
  const network = openNetwork({ caFile }, { HTTPS_PROXY: `http://user:${password}@127.0.0.1:${proxy.port}` })
  for (let time = 0; time < 3; time++) {
    const { body } = await ask({}, { network })
    expect(body.toString()).toBe('fulcio.example.test')
  }
  const authorization = `Basic ${Buffer.from('user:geheim-marked').toString('base64')}`
  expect(proxy.seen).toEqual([{ line: 'CONNECT fulcio.example.test:443', authorization }])
})

test('what goes through the proxy is still checked: another name is refused', async () => {
  const proxy = await serveProxy(await service())
  const address = 'https://rekor.example.test/'
  await expect(ask({ HTTPS_PROXY: `127.0.0.1:${proxy.port}` }, {}, address)).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    found: expect.stringContaining('not trusted'),
  })
})

test('http asks the proxy for the whole address', async () => {
  const proxy = await serveProxy(0)
  const env = { HTTP_PROXY: `http://user:${password}@127.0.0.1:${proxy.port}`, HTTPS_PROXY: 'http://127.0.0.1:9' }
  expect((await ask(env, {}, 'http://tsa.example.test/api?x=1')).body.toString()).toBe('through')
  expect(proxy.seen).toMatchObject([
    { line: 'GET http://tsa.example.test/api?x=1', authorization: expect.stringMatching(/^Basic /) },
  ])
})

test('a proxy that is reached by TLS is checked like any other server', async () => {
  const proxy = await serveProxy(await service(), { tls: leaf })
  const env = { HTTPS_PROXY: `https://127.0.0.1:${proxy.port}` }
  expect((await ask(env)).status).toBe(200)
  const network = openNetwork({}, env)
  await expect(ask(env, { network })).rejects.toMatchObject({
    message: expect.stringContaining(`through the proxy 127.0.0.1:${proxy.port}`),
    found: expect.stringContaining('not trusted'),
    hint: expect.stringContaining('HTTPS_PROXY'),
  })
})

test.skipIf(!hasIpv6)(
  'a proxy, and a service behind it, may be named by an IPv6 address (skipped without ::1)',
  async () => {
    const proxy = await serveProxy(await service(), { host: '::1' })
    await expect(
      ask({ HTTPS_PROXY: `http://[::1]:${proxy.port}` }, {}, 'https://[2001:db8::1]:8443/'),
    ).rejects.toThrow()
    expect(proxy.seen[0]?.line).toBe('CONNECT [2001:db8::1]:8443')
  },
)

test('this machine is never reached through a proxy', async () => {
  const proxy = await serveProxy(0)
  const port = await service()
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }
  expect((await ask(env, {}, `https://127.0.0.1:${port}/`)).status).toBe(200)
  expect(proxy.seen).toEqual([])
})

test.each([
  [407, `user:${password}@`, /did not accept the user and password in HTTPS_PROXY/],
  [407, '', /put them into HTTPS_PROXY, http:\/\/user:password@127/],
  [403, '', /let fulcio\.example\.test through/],
  [502, '', /check HTTPS_PROXY/],
] as const)('a proxy that answers %i is named, with what to do', async (status, credentials, hint) => {
  const proxy = await serveProxy(0, { answer: () => status })
  const error = await ask({ HTTPS_PROXY: `http://${credentials}127.0.0.1:${proxy.port}` }).catch(
    (caught: unknown) => caught,
  )
  expect(error).toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    message: `Fulcio at ${url} could not be reached through the proxy 127.0.0.1:${proxy.port}`,
    found: `the proxy answered ${status}`,
    hint: expect.stringMatching(hint),
  })
  for (const mark of marks) expect(inspect(error, { depth: 9 })).not.toContain(mark)
})

test('a proxy in trouble may stumble; one that forbids is not asked twice', async () => {
  const stumbling = await serveProxy(await service(), { answer: (count) => (count === 1 ? 502 : 200) })
  expect((await ask({ HTTPS_PROXY: `http://127.0.0.1:${stumbling.port}` }, { retry: 'idempotent' })).status).toBe(200)
  const forbidding = await serveProxy(0, { answer: () => 403 })
  await expect(ask({ HTTPS_PROXY: `http://127.0.0.1:${forbidding.port}` }, { retry: 'idempotent' })).rejects.toThrow()
  expect(forbidding.seen).toHaveLength(1)
})

test.each(['https://fulcio.example.test/', 'http://fulcio.example.test/'])(
  'a proxy that is not there is told from a service that is not there: %s',
  async (address) => {
    const error = await ask(
      { https_proxy: `http://user:${password}@127.0.0.1:9`, http_proxy: `http://user:${password}@127.0.0.1:9` },
      {},
      address,
    ).catch((caught: unknown) => caught)
    expect(error).toMatchObject({
      message: expect.stringContaining('through the proxy 127.0.0.1:9'),
      found: expect.stringContaining('connection refused'),
      hint: expect.stringContaining('belongs into no_proxy'),
    })
    for (const mark of marks) expect(inspect(error, { depth: 9 })).not.toContain(mark)
  },
)

test('a proxy that quotes the password in its refusal of plain http does not get it shown', async () => {
  const proxy = await serveProxy(0, { answer: () => 407 })
  const error = await ask(
    { HTTP_PROXY: `http://user:${password}@127.0.0.1:${proxy.port}` },
    {},
    'http://tsa.example.test/',
  ).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'SERVICE_REFUSED', hint: expect.stringContaining('a proxy wants a user') })
  for (const mark of marks) expect(inspect(error, { depth: 9 })).not.toContain(mark)
})

test('a proxy that says nothing costs no more than the deadline, or one attempt', async () => {
  const env = { HTTPS_PROXY: `http://127.0.0.1:${await serveSilence()}` }
  const begin = performance.now()
  await expect(ask(env, { deadline: startDeadline(300) })).rejects.toMatchObject({
    code: 'SERVICE_TIMEOUT',
    found: `none (asked through the proxy ${env.HTTPS_PROXY.slice(7)} from HTTPS_PROXY)`,
  })
  await expect(ask(env, { patience: 300 })).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    found: expect.stringContaining('0.3 s'),
  })
  expect(performance.now() - begin).toBeLessThan(4_000)
})

test.each([
  ['closes', (socket: Duplex): unknown => socket.end()],
  ['talks nonsense', (socket: Duplex): unknown => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
])('a proxy that opens the way and then %s is named, without its password', async (_, then) => {
  const server = createServer()
  server.on('connect', (_request, socket: Duplex) => {
    socket.on('error', () => undefined)
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n', () => then(socket))
  })
  const port = await listen(server)
  const error = await ask({ HTTPS_PROXY: `http://user:${password}@127.0.0.1:${port}` }).catch(
    (caught: unknown) => caught,
  )
  expect(error).toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    found: expect.stringContaining(`(asked through the proxy 127.0.0.1:${port} from HTTPS_PROXY)`),
  })
  for (const mark of marks) expect(inspect(error, { depth: 9 })).not.toContain(mark)
})

test('a service that fails is not said to be asked through a proxy when it is not', async () => {
  const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'fulcio.example.test' }
  const error = await ask(env).catch((caught: unknown) => caught)
  expect((error as { found?: string }).found).not.toContain('proxy')
})

const host = (address: string, env: Env): string | undefined => proxyFor(new URL(address), env)?.shown
test.each([
  ['example.test', true],
  ['.example.test', true],
  ['*.example.test', true],
  ['EXAMPLE.test', true],
  ['other.test, example.test', true],
  ['other.test example.test', true],
  ['fulcio.example.test:443', true],
  ['*', true],
  ['fulcio.example.test:8443', false],
  ['ample.test', false],
  ['o.example.test', false],
  ['example', false],
  ['', false],
])('NO_PROXY %j leaves fulcio.example.test out: %s', (list, isOut) => {
  expect(host(url, { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: list })).toBe(isOut ? undefined : 'proxy:3128')
})

test.each([
  ['https://10.1.2.3/', '10.0.0.0/8', true],
  ['https://11.1.2.3/', '10.0.0.0/8', false],
  ['https://10.1.2.3/', '10.1.2.3', true],
  ['https://[2001:db8::5]/', '2001:db8::/32', true],
  ['https://[2001:db8::5]/', '2001:db8::5', true],
  ['https://[2001:db8::5]:8443/', '[2001:db8::5]:8443', true],
  ['https://[2001:db8::5]/', '2001:db9::/32', false],
  ['https://10.1.2.3/', '10.0.0.0/99', false],
  ['https://10.1.2.3/', '2.3', false],
])('%s with NO_PROXY %j is reached directly: %s', (address, list, isOut) => {
  expect(host(address, { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: list })).toBe(isOut ? undefined : 'proxy:3128')
})

test('the variable in lower case wins, and each kind of address has its own', () => {
  const env = { HTTPS_PROXY: 'upper:1', https_proxy: 'lower:2', HTTP_PROXY: 'plain:3' }
  expect(host(url, env)).toBe('lower:2')
  expect(host('http://x.test/', env)).toBe('plain:3')
  expect(host(url, { HTTPS_PROXY: 'upper:1', https_proxy: '' })).toBeUndefined()
  expect(host(url, { HTTP_PROXY: 'plain:3' })).toBeUndefined()
})

test.each(['socks5://user:marked@h:1', 'http://', ':::', 'http://user:marked@', 'file:///marked'])(
  'a proxy that cannot be used is refused, and not shown: %s',
  (value) => {
    const read = (): unknown => proxyFor(new URL(url), { HTTPS_PROXY: value })
    expect(read).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('HTTPS_PROXY') }))
    try {
      read()
    } catch (error) {
      expect(inspect(error)).not.toContain('marked')
    }
  },
)
