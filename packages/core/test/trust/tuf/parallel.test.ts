// Many processes and one cache; and processes that are killed while they update it.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { verifyState } from '../../../src/trust/tuf/chain.ts'
import { parseState } from '../../../src/trust/tuf/state.ts'
import { openRepository, type Repository } from './forge.ts'

const child = fileURLToPath(new URL('child.ts', import.meta.url))

interface Shared {
  readonly repository: Repository
  readonly folder: string
  /** Runs a process; `kill` ends it after so many milliseconds, without a chance to clean up. */
  readonly run: (act: 'initialize' | 'open', kill?: number) => Promise<unknown>
  /** The cache file, verified. */
  readonly state: () => Promise<unknown>
}

async function openShared(): Promise<Shared> {
  const repository = await openRepository()
  const home = mkdtempSync(join(tmpdir(), 'sealwax-trust-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }))
  const root = join(home, 'root.json')
  writeFileSync(root, repository.root)
  const env = {
    SEALWAX_CACHE: join(home, 'cache'),
    PATH: process.env['PATH'] ?? '',
    TMPDIR: home,
    TEMP: home,
    TMP: home,
  }
  const folder = join(home, 'cache', 'tuf')
  return {
    repository,
    folder,
    run: (act, kill) =>
      new Promise((resolve, reject) => {
        const process_ = spawn(process.execPath, ['--no-warnings', child, act, repository.url, root], {
          env: { ...env, ...(process.env['SystemRoot'] && { SystemRoot: process.env['SystemRoot'] }) },
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        let text = ''
        process_.stdout.on('data', (piece: Buffer) => (text += piece.toString()))
        process_.on('error', reject)
        process_.on('close', (_code, signal) => resolve(signal === null ? JSON.parse(text) : 'killed'))
        if (kill !== undefined) setTimeout(() => process_.kill('SIGKILL'), kill)
      }),
    state: async () => {
      const name = readdirSync(folder).find((one) => one.endsWith('.json') && one !== 'current.json') ?? 'none'
      return verifyState(repository.root, parseState(readFileSync(join(folder, name))))
    },
  }
}

const good = { log: 'https://log.forge', warnings: [] }

test('twenty processes at once initialize one cache: all succeed, and it is whole', { timeout: 120_000 }, async () => {
  const { run, state, folder } = await openShared()
  const results = await Promise.all(Array.from({ length: 20 }, () => run('initialize')))
  expect(results).toEqual(Array.from({ length: 20 }, () => good))
  await expect(state()).resolves.toMatchObject({ timestampVersion: 1 })
  expect(readdirSync(folder)).toHaveLength(2)
})

test(
  'twenty processes at once meet an old cache while the repository goes on: none sees half of it',
  { timeout: 120_000 },
  async () => {
    const { run, state, folder, repository } = await openShared()
    await run('initialize')
    const name = readdirSync(folder).find((one) => one !== 'current.json') ?? ''
    const old = new Date(Date.now() - 3 * 86_400_000)
    const releases = setInterval(() => {
      repository.release()
      utimesSync(join(folder, name), old, old)
    }, 20)
    onTestFinished(() => clearInterval(releases))
    const results = await Promise.all(Array.from({ length: 20 }, () => run('open')))
    expect(results).toEqual(Array.from({ length: 20 }, () => good))
    await expect(state()).resolves.toMatchObject({ rootVersion: 1 })
  },
)

test(
  'processes that are killed at any moment of an update leave a cache that is whole',
  { timeout: 180_000 },
  async () => {
    const { run, state, repository } = await openShared()
    const started = performance.now()
    expect(await run('initialize')).toEqual(good)
    const whole = performance.now() - started
    let killed = 0
    for (let at = 0; at < 24; at++) {
      repository.release()
      const result = await run('initialize', 20 + (whole * at) / 20)
      if (result === 'killed') killed += 1
      await expect(state()).resolves.toMatchObject({ rootVersion: 1 })
      if (at % 6 === 0) expect(await run('open')).toEqual(good)
    }
    expect(killed).toBeGreaterThan(5)
    expect(await run('initialize')).toEqual(good)
  },
)
