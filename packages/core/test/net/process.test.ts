import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { serve } from './server.ts'

const door = new URL('../../src/net/index.ts', import.meta.url).href

/** Runs a module in a process of its own and tells how it ended and how long it took. */
async function run(code: string): Promise<{ status: number; milliseconds: number; output: string }> {
  const begin = performance.now()
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const [status] = await once(child, 'close')
  return { status, milliseconds: performance.now() - begin, output }
}

test('a process ends by itself after a request, though the connection could be used again', async () => {
  const { url } = await serve((_, response) => response.setHeader('keep-alive', 'timeout=600').end('ok'))
  const result = await run(`
    import { request, startDeadline } from ${JSON.stringify(door)}
    const { status } = await request(${JSON.stringify(url)}, { deadline: startDeadline(60_000), service: 'x' })
    console.log(status)`)
  expect(result).toMatchObject({ status: 0, output: '200\n' })
  expect(result.milliseconds).toBeLessThan(20_000)
})

test('warming a service that is not there neither fails nor holds the process', async () => {
  const result = await run(`
    import { warm } from ${JSON.stringify(door)}
    warm('http://127.0.0.1:9'); warm('no address'); warm('http://127.0.0.1:1')`)
  expect(result).toMatchObject({ status: 0, output: '' })
})

test('a warmed connection is the one that the request uses', async () => {
  const { url, sockets, requests } = await serve((_, response) => response.end('ok'))
  const { request, startDeadline, warm } = await import('../../src/net/index.ts')
  void warm(`${url}/some/path?x=1`)
  await expect.poll(() => requests.length).toBe(1)
  expect(requests[0]?.url).toBe('/')
  // The answer's end must be seen before the connection is free.
  await new Promise((resolve) => setTimeout(resolve, 100))
  await request(`${url}/api`, { deadline: startDeadline(5_000), service: 'x' })
  expect(sockets.size).toBe(1)
})
