import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** That many TCP ports of 127.0.0.1 that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
  return ports
}

/** Programs that run until `stop`, each with its own log file. */
export class Daemons {
  readonly #running: ChildProcess[] = []

  start(log: string, command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    const file = createWriteStream(log)
    child.stdout.pipe(file, { end: false })
    child.stderr.pipe(file, { end: false })
    this.#running.push(child)
  }

  async stop(): Promise<void> {
    const running = this.#running.filter(({ exitCode }) => exitCode === null)
    const ended = running.map((child) => new Promise((done) => child.once('exit', done)))
    for (const child of running) child.kill('SIGKILL')
    await Promise.all(ended)
  }
}

/** Waits until `ready` is true; `what` is for the message of the error when it never is. */
export async function until(what: string, ready: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (await ready().catch(() => false)) return
    await sleep(50)
  }
  throw new Error(`${what} did not come up`)
}

export const answers =
  (url: string): (() => Promise<boolean>) =>
  async () =>
    (await fetch(url)).ok
