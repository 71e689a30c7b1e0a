import { expect, test } from 'vitest'
import { call, openSandbox } from '../client.ts'

test('a status fault answers with status, Retry-After and body, as many times as told', async () => {
  const sandbox = await openSandbox({
    faults: { rekor: { status: 429, retryAfter: '2', body: 'slow down', times: 2 } },
  })
  const url = `${sandbox.urls.rekor}/api/v1/log`
  for (let count = 0; count < 2; count++) {
    const reply = await call(url)
    expect([reply.status, reply.headers.get('retry-after'), reply.bytes.toString()]).toEqual([429, '2', 'slow down'])
  }
  expect((await call(url)).status).toBe(200)
})

test('faults are by service and may change while the sandbox runs', async () => {
  const sandbox = await openSandbox()
  const [rekor, fulcio] = [`${sandbox.urls.rekor}/api/v1/log`, `${sandbox.urls.fulcio}/api/v2/trustBundle`]
  sandbox.faults = { rekor: { status: 503 } }
  expect([(await call(rekor)).status, (await call(fulcio)).status]).toEqual([503, 200])
  sandbox.faults.fulcio = { status: 500 }
  sandbox.faults.rekor = {}
  expect([(await call(rekor)).status, (await call(fulcio)).status]).toEqual([200, 500])
})

test('a new fault object counts anew', async () => {
  const sandbox = await openSandbox()
  const url = `${sandbox.urls.rekor}/api/v1/log`
  for (let round = 0; round < 2; round++) {
    sandbox.faults = { rekor: { status: 500, times: 1 } }
    expect([(await call(url)).status, (await call(url)).status]).toEqual([500, 200])
  }
})

test('a body fault puts other bytes into a good answer', async () => {
  const sandbox = await openSandbox({ faults: { rekor: { body: '{"half' } } })
  const reply = await call(`${sandbox.urls.rekor}/api/v1/log`)
  expect([reply.status, reply.bytes.toString()]).toEqual([200, '{"half'])
})

test('a reset drops the connection and is counted as unanswered', async () => {
  const sandbox = await openSandbox({ faults: { rekor: { reset: true, times: 1 } } })
  const url = `${sandbox.urls.rekor}/api/v1/log`
  await expect(call(url)).rejects.toThrow()
  expect((await call(url)).status).toBe(200)
  expect(sandbox.requests.map(({ status }) => status)).toEqual([0, 200])
})

test('a hanging request ends when the caller gives up', async () => {
  const sandbox = await openSandbox({ faults: { rekor: { hang: true } } })
  await expect(call(`${sandbox.urls.rekor}/api/v1/log`, { signal: AbortSignal.timeout(50) })).rejects.toThrow()
})

test('a delay comes before the answer', async () => {
  const sandbox = await openSandbox({ faults: { rekor: { delay: 80 } } })
  const start = performance.now()
  expect((await call(`${sandbox.urls.rekor}/api/v1/log`)).status).toBe(200)
  expect(performance.now() - start).toBeGreaterThan(75)
})

test('a huge answer goes on far beyond what a client should read, and ends when it hangs up', async () => {
  const sandbox = await openSandbox({ faults: { rekor: { lie: 'huge' } } })
  const stop = new AbortController()
  const response = await fetch(`${sandbox.urls.rekor}/api/v1/log`, { signal: stop.signal })
  let size = 0
  const read = async (): Promise<void> => {
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      if (size > 40 * 1024 * 1024) stop.abort()
    }
  }
  await expect(read()).rejects.toThrow()
  expect(size).toBeGreaterThan(40 * 1024 * 1024)
  sandbox.faults = {}
  expect((await call(`${sandbox.urls.rekor}/api/v1/log`)).status).toBe(200)
})
