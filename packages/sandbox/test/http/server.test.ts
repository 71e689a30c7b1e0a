import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs'
import { request } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { call, openSandbox, post, propose, proposeHash, read } from '../client.ts'

test('all services answer on one port of 127.0.0.1', async () => {
  const sandbox = await openSandbox()
  const { fulcio, rekor, timestamp, issuer } = sandbox.urls
  expect(new Set([fulcio, rekor, timestamp, issuer].map((url) => new URL(url).host)).size).toBe(1)
  expect(new URL(fulcio).hostname).toBe('127.0.0.1')
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)
  if (outside !== undefined) await expect(fetch(`http://${outside.address}:${new URL(fulcio).port}/`)).rejects.toThrow()
})

test('a given port is taken, and a taken one is an error', async () => {
  // What is registered first runs last: when every folder of this test ought to be gone.
  const home = mkdtempSync(join(tmpdir(), 'sealwax-port-'))
  vi.stubEnv('TMPDIR', home)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    expect.soft(readdirSync(home)).toEqual([])
    rmdirSync(home)
  })
  const first = await openSandbox()
  const port = Number(new URL(first.urls.rekor).port)
  await expect(openSandbox({ port })).rejects.toThrow('EADDRINUSE')
  await first.close()
  const second = await openSandbox({ port })
  expect(new URL(second.urls.rekor).port).toBe(String(port))
})

test('unknown paths get 404, known ones with another method 405, both in JSON', async () => {
  const sandbox = await openSandbox()
  const origin = new URL(sandbox.urls.rekor).origin
  for (const path of [
    '/',
    '/nope',
    '/rekor',
    '/rekor/',
    '/rekor/api/v2/log',
    '/fulcio/api/v1/signingCert',
    '/ctlog',
    '//rekor',
  ]) {
    const reply = await call(origin + path)
    expect([reply.status, read<{ code: number }>(reply).code]).toEqual([404, 404])
  }
  expect((await call(`${sandbox.urls.fulcio}/api/v2/signingCert`)).status).toBe(405)
})

test('a name other than 127.0.0.1 and localhost is refused, for a web page could have pointed it here', async () => {
  const sandbox = await openSandbox()
  const url = new URL(sandbox.urls.rekor)
  const ask = (host: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: url.port, path: `${url.pathname}/api/v1/log`, headers: { host } }
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })
  expect(await ask(`attacker.example:${url.port}`)).toBe(403)
  expect(await ask(`localhost:${url.port}`)).toBe(200)
})

test('a body that is too large is refused', async () => {
  const sandbox = await openSandbox()
  const reply = await propose(sandbox, ' '.repeat(33 * 1024 * 1024))
  expect(reply.status).toBe(413)
})

test('every request is counted with its answer', async () => {
  const sandbox = await openSandbox()
  await propose(sandbox, proposeHash())
  await call(`${sandbox.urls.rekor}/nope?secret=1`)
  await call(new URL(sandbox.urls.rekor).origin)
  const rekor = new URL(sandbox.urls.rekor).pathname
  expect(sandbox.requests).toEqual([
    { service: 'rekor', method: 'POST', path: `${rekor}/api/v1/log/entries`, status: 201 },
    { service: 'rekor', method: 'GET', path: `${rekor}/nope`, status: 404 },
    { service: 'none', method: 'GET', path: '/', status: 404 },
  ])
})

test('after close nothing answers, and requests that hung have ended', async () => {
  const sandbox = await openSandbox({ faults: { rekor: { hang: true }, fulcio: { delay: 60_000 } } })
  const hung = call(`${sandbox.urls.rekor}/api/v1/log`)
  const late = call(`${sandbox.urls.fulcio}/api/v2/trustBundle`)
  const both = Promise.allSettled([hung, late])
  while (sandbox.requests.length < 2) await new Promise(setImmediate)
  await sandbox.close()
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(call(sandbox.urls.rekor)).rejects.toThrow()
})

test('what is not JSON is a 400, not a failure', async () => {
  const sandbox = await openSandbox()
  for (const body of ['', '{', '"x"', '\ud800']) {
    expect((await post(`${sandbox.urls.rekor}/api/v1/log/entries`, body)).status).toBe(400)
  }
})

test('no JSON at all makes a service fail', async () => {
  const sandbox = await openSandbox()
  const authorization = `Bearer ${await sandbox.token({ kind: 'gitlab' })}`
  const urls = [
    `${sandbox.urls.rekor}/api/v1/log/entries`,
    `${sandbox.urls.fulcio}/api/v2/signingCert`,
    sandbox.urls.timestamp,
  ]
  // Known members with unknown values go deeper than values that are refused at the door.
  const value = fc.oneof(fc.jsonValue(), fc.constant(proposeHash().spec), fc.constant('AAAA'))
  const names = [
    'spec',
    'data',
    'hash',
    'signature',
    'content',
    'publicKeyRequest',
    'publicKey',
    'proposedContent',
    'envelope',
    'nonce',
  ]
  const inner = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(value, fc.dictionary(fc.constantFrom(...names), value)),
  )
  const body = fc.record({
    kind: fc.constantFrom('hashedrekord', 'dsse'),
    apiVersion: fc.constant('0.0.1'),
    spec: inner,
    publicKeyRequest: inner,
  })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...urls), fc.oneof(value, inner, body), async (url, sent) => {
      expect([400, 422]).toContain((await post(url, sent, { authorization })).status)
    }),
    { numRuns: 150 },
  )
})

test('a request line that names no path gets 400', async () => {
  const sandbox = await openSandbox()
  const { port } = new URL(sandbox.urls.rekor)
  const status = await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: 'http://[' }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end()
  })
  expect(status).toBe(400)
})
