// A build signed from inside a company: a proxy that wants a password, services behind TLS by an authority of their own, and a
// timestamp authority that wants a client certificate. Then everything fails, and nothing secret is in any error.
import { readFileSync, writeFileSync } from 'node:fs'
import { request as ask } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { inspect } from 'node:util'
import { type Fault, type Sandbox, type ServiceName, startSandbox } from '@sealwax/sandbox'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { encryptPrivateKey, Secret } from '../../src/keys/signing.ts'
import { createSealer, type SealerSetup, signBuild } from '../../src/session/index.ts'
import { issue } from '../net/certificates.ts'
import { type ProxyRecord, serveProxy, serveTls } from '../net/places.ts'
import { BUNDLE, openWorkshop } from './workshop.ts'

const host = 'services.example.test'
const authority = issue('an authority of our own')
const front = issue(host, { issuer: authority, hosts: [host] })
const client = issue('a client', { issuer: authority, hosts: [] })
const proxyPassword = 'proxy-pass-marked-1'
const keyPassword = 'key-pass-marked-2'
const shop = openWorkshop()
let sandbox: Sandbox
/** What was planted, and what of it no error may show. */
let marks: string[]

beforeAll(async () => {
  sandbox = await startSandbox({ directory: shop.path('sandbox') })
  writeFileSync(shop.path('ca.pem'), authority.cert)
  writeFileSync(shop.path('client.pem'), client.cert)
  writeFileSync(shop.path('client.key'), client.key)
  writeFileSync(shop.path('locked.key'), await encryptPrivateKey(client.privateKey, new Secret(keyPassword)))
  const there = readFileSync(sandbox.files.signingConfig, 'utf8').replaceAll(origin(), `https://${host}`)
  writeFileSync(shop.path('config.json'), there)
})
afterAll(async () => {
  await sandbox.close()
  shop.close()
})
beforeEach(() => {
  sandbox.faults = {}
  shop.put(['dist/a.js'])
})

const origin = (): string => new URL(sandbox.urls.fulcio).origin

/** Hands everything on to the sandbox; who wants a timestamp must show a certificate. */
function handOn(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { url = '', method, headers, socket } = incoming
  if (url.startsWith('/timestamp') && !(socket as TLSSocket).authorized) return void socket.destroy()
  const { host: there } = new URL(origin())
  const through = ask(origin() + url, { method, headers: { ...headers, host: there } }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(outgoing)
  })
  through.on('error', () => socket.destroy())
  incoming.pipe(through)
}

/** The environment of a job behind the proxy, which is new each time. */
async function company(answer?: () => number): Promise<{ env: Record<string, string>; seen: ProxyRecord[] }> {
  const options = { ...front, ca: authority.cert, requestCert: true, rejectUnauthorized: false }
  const proxy = await serveProxy(await serveTls(options, handOn), answer === undefined ? {} : { answer })
  const job = await sandbox.environment({ kind: 'github' })
  const env = Object.fromEntries(
    Object.entries(job).map(([name, value]) => [name, value.replaceAll(origin(), `https://${host}`)]),
  )
  const credentials = Buffer.from(`user:${proxyPassword}`).toString('base64')
  marks = [
    proxyPassword,
    credentials,
    keyPassword,
    client.key.split('\n')[1] ?? '',
    env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '',
  ]
  return {
    seen: proxy.seen,
    env: {
      ...env,
      SEALWAX_SIGNING_CONFIG: shop.path('config.json'),
      SEALWAX_CA_FILE: shop.path('ca.pem'),
      SEALWAX_TIMESTAMP_CLIENT_CERT: shop.path('client.pem'),
      SEALWAX_TIMESTAMP_CLIENT_KEY: shop.path('client.key'),
      HTTPS_PROXY: `http://user:${proxyPassword}@127.0.0.1:${proxy.port}`,
    },
  }
}

test('everything goes through the proxy, and the bundle verifies', async () => {
  const { env, seen } = await company()
  const report = await signBuild(shop.path('dist'), { env })
  expect(report?.entries).toHaveLength(1)
  expect(shop.has(`dist/${BUNDLE}`)).toBe(true)
  expect(new Set(seen.map(({ line }) => line))).toEqual(new Set([`CONNECT ${host}:443`]))
  expect(seen.every(({ authorization }) => authorization?.startsWith('Basic '))).toBe(true)
  // One way for what the certificate is shown on, one or two for the rest.
  expect(seen.length).toBeLessThan(6)
})

test('without the client certificate the timestamp authority refuses, and no bundle is written', async () => {
  const { env } = await company()
  const { SEALWAX_TIMESTAMP_CLIENT_CERT: _, SEALWAX_TIMESTAMP_CLIENT_KEY: __, ...without } = env
  shop.put(['other/a.js'])
  await expect(signBuild(shop.path('other'), { env: without })).rejects.toMatchObject({
    message: expect.stringContaining('the timestamp authority'),
  })
  expect(shop.has(`other/${BUNDLE}`)).toBe(false)
})

/** Everything that a logger could print of an error: hidden fields, stacks, causes. */
const everything = (error: unknown): string =>
  error instanceof Error
    ? [String(error), error.stack, inspect(error, { depth: 12, showHidden: true }), everything(error.cause)].join('\n')
    : inspect(error, { depth: 12, showHidden: true })

const faults: readonly Fault[] = [
  { status: 400, body: 'ECHO' },
  { status: 500, retryAfter: '0', body: 'ECHO' },
  { status: 429, retryAfter: '9999', body: 'ECHO' },
  { body: 'ECHO' },
  { reset: true },
  { hang: true },
]
const services = ['identity', 'fulcio', 'rekor', 'timestamp'] as const satisfies readonly ServiceName[]
const fault = (service: ServiceName, one: Fault): void => {
  // A service quotes what it was sent, and what the proxy was sent.
  sandbox.faults = { [service]: one.body === undefined ? { ...one } : { ...one, body: marks.join(' ') } }
}

test.each(services.flatMap((service) => faults.map((one) => [service, one] as const)))(
  'no error shows anything planted: %s %j',
  async (service, one) => {
    const { env } = await company()
    fault(service, one)
    const sealer = await createSealer({ ...setupOf(env), deadline: 700 })
    const error = await sealer.sealMessage(Buffer.from('x')).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Error)
    const shown = everything(error)
    // What a service quotes of what it was never sent is its own business.
    const sent = marks.filter((mark) => mark !== keyPassword && !client.key.includes(mark))
    for (const mark of one.body === undefined ? marks : sent.slice(0, 2)) expect(shown).not.toContain(mark)
    if (service === 'identity') expect(shown).not.toContain(marks[4]?.slice(0, 24))
  },
)

function setupOf(env: Record<string, string>): SealerSetup {
  return {
    env,
    trustedRoot: sandbox.files.trustedRoot,
    signingConfig: shop.path('config.json'),
    caFile: shop.path('ca.pem'),
    timestampClient: { cert: shop.path('client.pem'), key: shop.path('client.key') },
  }
}

test.each([407, 403, 502])('no error shows anything planted when the proxy answers %i', async (status) => {
  const { env } = await company(() => status)
  const sealer = await createSealer({ ...setupOf(env), deadline: 700 })
  const error = await sealer.sealMessage(Buffer.from('x')).catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    message: expect.stringContaining('through the proxy 127.0.0.1'),
  })
  for (const mark of marks) expect(everything(error)).not.toContain(mark)
})

test.each(['wrong', keyPassword.slice(1)])(
  'no error shows the password of a key, right or wrong: %s',
  async (given) => {
    const { env } = await company()
    const setup = { ...setupOf(env), key: shop.path('locked.key') }
    const error = await createSealer({ ...setup, env: { ...env, COSIGN_PASSWORD: given } }).catch(
      (caught: unknown) => caught,
    )
    expect(error).toMatchObject({ code: 'KEY_PASSWORD' })
    expect(everything(error)).not.toContain(given)
  },
)

test('no error of a signature by an encrypted key shows the password or the key, and printing the sealer does not', async () => {
  const { env } = await company()
  const setup = { ...setupOf(env), key: shop.path('locked.key'), env: { ...env, COSIGN_PASSWORD: keyPassword } }
  const sealer = await createSealer({ ...setup, deadline: 700 })
  for (const one of [{ status: 400 }, { reset: true }, { hang: true }]) {
    sandbox.faults = { rekor: one }
    const error = await sealer.sealMessage(Buffer.from('x')).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Error)
    for (const mark of marks) expect(everything(error)).not.toContain(mark)
  }
  for (const mark of marks.filter((one) => one !== proxyPassword)) expect(everything(sealer)).not.toContain(mark)
})
