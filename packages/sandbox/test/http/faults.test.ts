import { expect, test } from 'vitest'
import type { RequestRecord } from '../../src/index.ts'
import { call, openSandbox, propose, proposeHash, read, shownIn } from '../client.ts'
import { loggedTile, logTile, proposeTile } from '../rekor2/proposal.ts'

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

test('faults of one service come one after the other, as often as each is told', async () => {
  const sandbox = await openSandbox({
    faults: { rekor: [{ status: 500, times: 2 }, { times: 1 }, { status: 429, retryAfter: '7', times: 1 }] },
  })
  const url = `${sandbox.urls.rekor}/api/v1/log`
  const statuses = []
  for (let count = 0; count < 5; count++) statuses.push((await call(url)).status)
  expect(statuses).toEqual([500, 500, 200, 429, 200])
})

test.each([
  [0.5, [503, 200, 503, 200, 503, 200, 503, 200]],
  [0.25, [503, 200, 200, 200, 503, 200, 200, 200]],
  [1, [503, 503, 503, 503, 503, 503, 503, 503]],
  [0, [200, 200, 200, 200, 200, 200, 200, 200]],
])('of all requests the share %d is hit, evenly spread', async (chance, expected) => {
  const sandbox = await openSandbox({ faults: { rekor: { status: 503, chance } } })
  const statuses = []
  for (let count = 0; count < 8; count++) statuses.push((await call(`${sandbox.urls.rekor}/api/v1/log`)).status)
  expect(statuses).toEqual(expected)
})

test('who is not in the share of one fault may be in that of the next', async () => {
  const sandbox = await openSandbox({ faults: { rekor: [{ status: 503, chance: 0.5, times: 2 }, { status: 500 }] } })
  const statuses = []
  for (let count = 0; count < 5; count++) statuses.push((await call(`${sandbox.urls.rekor}/api/v1/log`)).status)
  expect(statuses).toEqual([503, 500, 503, 500, 500])
})

test('a lost answer was given: the entry is in the log, and proposing it again is refused with the place of it', async () => {
  const sandbox = await openSandbox({ faults: { rekor: { lostAnswer: true, times: 1 } } })
  const entry = proposeHash()
  await expect(propose(sandbox, entry)).rejects.toThrow()
  const again = await propose(sandbox, entry)
  expect(again.status).toBe(409)
  const found = await call(new URL(again.headers.get('location') ?? '', sandbox.urls.rekor).href)
  expect(shownIn(found).text).toContain(entry.spec.data.hash.value)
})

test('a refusal may get lost as well', async () => {
  const sandbox = await openSandbox({ faults: { rekor: { lostAnswer: true, times: 1 } } })
  await expect(propose(sandbox, {})).rejects.toThrow()
  expect((await propose(sandbox, {})).status).toBe(400)
})

test('a lost answer of the second log was given as well', async () => {
  const sandbox = await openSandbox({ faults: { rekor2: { lostAnswer: true, times: 1 } } })
  const request = proposeTile()
  await expect(logTile(sandbox, request)).rejects.toThrow()
  expect((await logTile(sandbox, request)).headers.get('x-log-index')).toBe('0')
})

test('a wrong clock is that of one service, for as long as it is told', async () => {
  const now = new Date('2031-02-03T04:05:06.000Z')
  const sandbox = await openSandbox({ now: () => now })
  const integrated = async (): Promise<number> =>
    shownIn(await propose(sandbox, proposeHash())).integratedTime * 1000 - now.getTime()
  sandbox.faults = { rekor: { skew: -3600_000 } }
  expect(await integrated()).toBe(-3600_000)
  sandbox.faults = { timestamp: { skew: 3600_000 } }
  expect(await integrated()).toBe(0)
})

test('a job is given tokens by the wrong clock of its token service', async () => {
  const now = new Date('2031-02-03T04:05:06.000Z')
  const sandbox = await openSandbox({ now: () => now, faults: { identity: { skew: 86_400_000 } } })
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: token = '' } =
    await sandbox.environment({ kind: 'github' })
  const reply = await call(`${url}&audience=sigstore`, { headers: { authorization: `bearer ${token}` } })
  const { iat } = JSON.parse(
    Buffer.from(read<{ value: string }>(reply).value.split('.')[1] ?? '', 'base64url').toString(),
  )
  expect(iat * 1000 - now.getTime()).toBe(86_400_000)
})

test('each request says what hit it, also those that were never answered', async () => {
  const seen: RequestRecord[] = []
  const sandbox = await openSandbox({
    onRequest: (record) => seen.push({ ...record }),
    faults: {
      rekor2: [
        { status: 429, retryAfter: '3', times: 1 },
        { reset: true, times: 1 },
        { times: 1 },
        { hang: true, times: 1 },
      ],
    },
  })
  const url = `${sandbox.urls.rekor2}/api/v2/checkpoint`
  await call(url)
  await expect(call(url)).rejects.toThrow()
  await call(url)
  const stop = new AbortController()
  const hanging = call(url, { signal: stop.signal })
  await expect.poll(() => sandbox.requests.length, { timeout: 30_000 }).toBe(4)
  stop.abort()
  await expect(hanging).rejects.toThrow()
  await loggedTile(sandbox)
  const expected = [
    [429, '429@3'],
    [0, 'reset'],
    [200, undefined],
    [0, 'hang'],
    [201, undefined],
  ]
  expect(sandbox.requests.map(({ status, fault }) => [status, fault])).toEqual(expected)
  await expect.poll(() => seen.length, { timeout: 30_000 }).toBe(5)
  expect(seen.map(({ status, fault }) => [status, fault])).toEqual(expected)
})
