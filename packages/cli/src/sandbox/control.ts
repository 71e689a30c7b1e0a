// How one call of the command talks to a sandbox that another one started: a tiny server on loopback. A signal would do on
// POSIX; on Windows it would kill the process before it could clean up, and a process id may by now belong to another process.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SandboxState } from './claim.ts'
import type { SandboxSettings } from './settings.ts'

export interface Control {
  readonly state: SandboxState
  close(): void
}

/**
 * Answers `GET /environment` with variables as JSON, `GET /settings` with what the sandbox was started with, `POST /stop` by calling
 * `stop`, and `GET /` to say that it is there; only to who knows the secret.
 */
export async function openControl(answers: {
  readonly environment: () => Promise<Readonly<Record<string, string>>>
  readonly settings?: SandboxSettings
  readonly stop: () => void
}): Promise<Control> {
  const secret = randomBytes(32).toString('hex')
  const server = createServer((request, response) => {
    const answer = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    if (!isKnown(request, secret)) answer(403, {})
    else if (request.method === 'POST' && request.url === '/stop') {
      response.once('finish', answers.stop)
      answer(202, {})
    } else if (request.url === '/environment') {
      answers.environment().then(
        (env) => answer(200, env),
        () => answer(500, {}),
      )
    } else if (request.url === '/settings') answer(200, answers.settings ?? {})
    else answer(request.url === '/' ? 200 : 404, {})
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { state: { control: `http://127.0.0.1:${port}`, secret, pid: process.pid }, close }
}

/** The running sandbox's answer; undefined when nobody answers or somebody else does: then the note is stale. */
export async function callControl(state: SandboxState, method: 'GET' | 'POST', path: string): Promise<unknown> {
  try {
    const response = await fetch(new URL(path, state.control), {
      method,
      headers: { authorization: `Bearer ${state.secret}`, connection: 'close' },
      signal: AbortSignal.timeout(5000),
    })
    return response.ok ? await response.json() : undefined
  } catch {
    return undefined
  }
}

/** Whether the process that wrote the note is still there, ready or about to be. */
export async function isAlive(state: SandboxState): Promise<boolean> {
  return (await callControl(state, 'GET', '/')) !== undefined
}

function isKnown(request: IncomingMessage, secret: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${secret}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
