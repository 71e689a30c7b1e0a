import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NetworkSettings, openNetwork, request, startDeadline, timestampNetwork } from '../../src/net/index.ts'
import { issue } from './certificates.ts'
import { hasIpv6, serveTls } from './places.ts'

const authority = issue('an authority of our own')
const other = issue('another authority')
const hosts = ['localhost', '127.0.0.1', '::1']
const leaf = issue('localhost', { issuer: authority, hosts })
const named = issue('a named service', { issuer: authority, hosts: ['tsa.example.test'] })
const client = issue('a client', { issuer: authority, hosts: [] })
const stranger = issue('a stranger', { issuer: other, hosts: [] })
let folder = ''
const path = (name: string): string => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealwax-authorities-'))
  const encrypted = client.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'geheim',
  })
  const files: Record<string, string | Buffer> = {
    'ca.pem': `# ours\n${authority.cert}`,
    'both.pem': other.cert + authority.cert,
    'other.pem': other.cert,
    'client.pem': client.cert,
    'client.key': client.key,
    'stranger.pem': stranger.cert,
    'stranger.key': stranger.key,
    'encrypted.key': encrypted,
    'empty.pem': '',
    'broken.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    'key-alone.pem': client.key,
    'large.pem': Buffer.alloc(5_000_000, 32),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(path(name), text)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const hello = (host?: string): Promise<number> => serveTls(leaf, (_, response) => response.end('hello'), host)

async function ask(address: string, settings: NetworkSettings, env: Record<string, string> = {}): Promise<string> {
  const network = timestampNetwork(openNetwork(settings, env))
  const { body } = await request(address, {
    network,
    deadline: startDeadline(5_000),
    service: 'the timestamp authority',
  })
  return body.toString()
}

test('an authority in the CA file is believed, beside those of the platform, whatever else is in the file', async () => {
  const address = `https://127.0.0.1:${await hello()}/`
  expect(await ask(address, { caFile: path('ca.pem') })).toBe('hello')
  expect(await ask(address, { caFile: path('both.pem') })).toBe('hello')
  for (const settings of [{}, { caFile: path('other.pem') }])
    await expect(ask(address, settings)).rejects.toMatchObject({
      found: expect.stringContaining('not trusted'),
      hint: expect.stringMatching(/--ca-file.*NODE_EXTRA_CA_CERTS.*SSL_CERT_FILE/),
    })
})

test('SSL_CERT_FILE stands instead of the platform, and the CA file beside it', async () => {
  const address = `https://127.0.0.1:${await hello()}/`
  expect(await ask(address, {}, { SSL_CERT_FILE: path('ca.pem') })).toBe('hello')
  expect(await ask(address, { caFile: path('ca.pem') }, { SSL_CERT_FILE: path('other.pem') })).toBe('hello')
  await expect(ask(address, {}, { SSL_CERT_FILE: path('other.pem') })).rejects.toThrow()
})

test('NODE_EXTRA_CA_CERTS is believed, also beside a CA file', async () => {
  const address = `https://127.0.0.1:${await hello()}/`
  const door = new URL('../../src/net/index.ts', import.meta.url).href
  const code = `
    import { openNetwork, request, startDeadline } from ${JSON.stringify(door)}
    for (const settings of [{}, { caFile: ${JSON.stringify(path('other.pem'))} }]) {
      const { body } = await request(${JSON.stringify(address)}, { network: openNetwork(settings), deadline: startDeadline(20_000), service: 'x' })
      console.log(String(body))
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, SSL_CERT_FILE: '', NODE_EXTRA_CA_CERTS: path('ca.pem') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  await once(child, 'close')
  expect(output).toBe('hello\nhello\n')
})

test('a host of both families is reached where it listens', async () => {
  const address = `https://localhost:${await hello()}/`
  expect(await ask(address, { caFile: path('ca.pem') })).toBe('hello')
})

test.skipIf(!hasIpv6)('an IPv6 address is reached, and its certificate checked (skipped without ::1)', async () => {
  const port = await hello('::1')
  expect(await ask(`https://[::1]:${port}/`, { caFile: path('ca.pem') })).toBe('hello')
  await expect(ask(`https://[::1]:${port}/`, {})).rejects.toMatchObject({
    found: expect.stringContaining('not trusted'),
  })
})

test.each([
  ['none', 'FILE_NOT_FOUND'],
  ['empty.pem', 'CERTIFICATE_INVALID'],
  ['broken.pem', 'CERTIFICATE_INVALID'],
  ['key-alone.pem', 'CERTIFICATE_INVALID'],
  ['large.pem', 'INPUT_TOO_LARGE'],
])('a CA file that is no use is refused and named: %s', async (name, code) => {
  const wanted = expect.objectContaining({ code, message: expect.stringContaining(path(name)) })
  expect(() => openNetwork({ caFile: path(name) }, {})).toThrow(wanted)
  expect(() => openNetwork({ timestampClient: { ca: path(name) } }, {})).toThrow(wanted)
  const address = 'https://127.0.0.1:9/'
  await expect(ask(address, {}, { SSL_CERT_FILE: path(name) })).rejects.toEqual(wanted)
})

test('a certificate that is yet to begin makes one ask for the clock', async () => {
  const early = issue('localhost', { issuer: authority, hosts, from: new Date(Date.now() + 3_600_000) })
  const port = await serveTls(early, (_, response) => response.end())
  await expect(ask(`https://127.0.0.1:${port}/`, { caFile: path('ca.pem') })).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    hint: expect.stringMatching(/^is the clock of this machine right\? it says \d{4}-/),
  })
})

/** A timestamp authority that wants to know who asks; the names that it has been told. */
async function mutual(): Promise<{ address: string; names: string[] }> {
  const names: string[] = []
  const options = { ...leaf, ca: authority.cert, requestCert: true, rejectUnauthorized: true }
  const port = await serveTls(options, (incoming, response) => {
    const { subject } = (incoming.socket as import('node:tls').TLSSocket).getPeerCertificate()
    names.push(String(subject['CN']))
    response.end('stamped')
  })
  return { address: `https://127.0.0.1:${port}/`, names }
}

test('a timestamp authority gets the client certificate that it wants, and no other service does', async () => {
  const { address, names } = await mutual()
  const timestampClient = { ca: path('ca.pem'), cert: path('client.pem'), key: path('client.key') }
  expect(await ask(address, { timestampClient })).toBe('stamped')
  expect(names).toEqual(['a client'])
  const network = openNetwork({ caFile: path('ca.pem'), timestampClient }, {})
  await expect(request(address, { network, deadline: startDeadline(5_000), service: 'Rekor' })).rejects.toThrow()
})

test.each([
  ['no certificate', {}],
  ['a certificate of another authority', { cert: 'stranger.pem', key: 'stranger.key' }],
])(
  '%s is refused by such an authority at the first attempt, with the way out',
  async (_, pair: { cert?: string; key?: string }) => {
    const { address, names } = await mutual()
    const files = Object.fromEntries(Object.entries(pair).map(([name, file]) => [name, path(file)]))
    await expect(ask(address, { timestampClient: { ca: path('ca.pem'), ...files } })).rejects.toMatchObject({
      code: 'SERVICE_UNREACHABLE',
      hint: expect.stringMatching(/--timestamp-client-cert|firewall/),
    })
    expect(names).toEqual([])
  },
)

test("the authority's certificate authority stands instead of all others", async () => {
  const address = `https://127.0.0.1:${await hello()}/`
  await expect(ask(address, { caFile: path('ca.pem'), timestampClient: { ca: path('other.pem') } })).rejects.toThrow()
  expect(await ask(address, { caFile: path('other.pem'), timestampClient: { ca: path('ca.pem') } })).toBe('hello')
  const env = { SSL_CERT_FILE: path('ca.pem') }
  await expect(ask(address, { timestampClient: { ca: path('other.pem') } }, env)).rejects.toThrow()
})

test('the certificate may bear another name than the host, when that name is given', async () => {
  const port = await serveTls(named, (_, response) => response.end('hello'))
  const address = `https://localhost:${port}/`
  const ca = path('ca.pem')
  expect(await ask(address, { timestampClient: { ca, serverName: 'tsa.example.test' } })).toBe('hello')
  await expect(ask(address, { timestampClient: { ca, serverName: 'other.example.test' } })).rejects.toThrow()
  await expect(ask(address, { timestampClient: { ca } })).rejects.toThrow()
})

test.each([
  ['a certificate without its key', { cert: 'client.pem' }, 'USAGE', 'only the certificate'],
  ['a key without its certificate', { key: 'client.key' }, 'USAGE', 'only the key'],
  ['the key of another certificate', { cert: 'client.pem', key: 'stranger.key' }, 'KEY_INVALID', 'another one'],
  ['an encrypted key', { cert: 'client.pem', key: 'encrypted.key' }, 'KEY_INVALID', 'an encrypted key'],
  ['a certificate for a key', { cert: 'client.pem', key: 'client.pem' }, 'KEY_INVALID', 'certificate'],
  ['a key that is not there', { cert: 'client.pem', key: 'none' }, 'FILE_NOT_FOUND', 'ENOENT'],
])('%s is refused before anybody is asked', (_, files: { cert?: string; key?: string }, code, found) => {
  const timestampClient = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, path(file)]))
  expect(() => openNetwork({ timestampClient }, {})).toThrow(expect.objectContaining({ code, found }))
})

test('a certificate for another name is told from one of an unknown authority', async () => {
  const port = await serveTls(named, (_, response) => response.end('hello'))
  const address = `https://localhost:${port}/`
  const ca = path('ca.pem')
  await expect(ask(address, { caFile: ca })).rejects.toMatchObject({
    hint: expect.stringMatching(
      /for another name than localhost: .*; for a timestamp authority .* --timestamp-server-name$/,
    ),
  })
  await expect(ask(address, { timestampClient: { ca, serverName: 'other.example.test' } })).rejects.toMatchObject({
    hint: expect.stringMatching(/for another name than other\.example\.test: .*is that of --timestamp-server-name$/),
  })
})

test('where only the authorities of the timestamp authority are believed, the hint names their flag', async () => {
  const address = `https://127.0.0.1:${await hello()}/`
  const failing = (settings: NetworkSettings): Promise<unknown> =>
    ask(address, settings).catch((caught: unknown) => caught)
  expect(await failing({ timestampClient: { ca: path('other.pem') } })).toMatchObject({
    hint: expect.stringMatching(/^(?!.*--ca-file).*--timestamp-client-cacert/),
  })
  expect(await failing({ caFile: path('other.pem') })).toMatchObject({ hint: expect.stringContaining('--ca-file') })
})
