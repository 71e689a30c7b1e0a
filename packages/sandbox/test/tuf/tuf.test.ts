import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Updater } from 'tuf-js'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { Sandbox } from '../../src/index.ts'
import { call, openSandbox, read } from '../client.ts'

// The judge is tuf-js, the client of the JavaScript Sigstore library.

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await openSandbox()
})

/** A client that starts from tuf_root.json; what it learns stays in its folder from one refresh to the next. */
function makeClient(): (target: string) => Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'sealwax-tuf-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const [metadataDir, targetDir] = [join(home, 'metadata'), join(home, 'targets')]
  mkdirSync(metadataDir)
  mkdirSync(targetDir)
  copyFileSync(sandbox.files.tufRoot, join(metadataDir, 'root.json'))
  const base = sandbox.urls.tuf
  return async (target) => {
    const updater = new Updater({
      metadataDir,
      targetDir,
      metadataBaseUrl: base,
      targetBaseUrl: `${base}/targets`,
      config: { fetchRetries: 0 },
    })
    await updater.refresh()
    const info = await updater.getTargetInfo(target)
    if (info === undefined) throw new Error(`there is no target ${target}`)
    return readFileSync(await updater.downloadTarget(info), 'utf8')
  }
}

/** The class of the error that the client throws. */
async function refusal(outcome: Promise<unknown>): Promise<string> {
  const error: unknown = await outcome.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error?.constructor.name ?? 'none'
}

test('a client that starts from tuf_root.json gets the trusted root and the signing config', async () => {
  const fetchTarget = makeClient()
  expect(await fetchTarget('trusted_root.json')).toBe(readFileSync(sandbox.files.trustedRoot, 'utf8'))
  expect(await fetchTarget('signing_config.v0.2.json')).toBe(readFileSync(sandbox.files.signingConfig, 'utf8'))
  await expect(fetchTarget('other.json')).rejects.toThrow('there is no target')
})

test('the signing config of the repository is the one the sandbox was started for', async () => {
  sandbox = await openSandbox({ rekor: 2 })
  expect(await makeClient()('signing_config.v0.2.json')).toBe(readFileSync(sandbox.files.signingConfigRekor2, 'utf8'))
})

test('clients follow new roots and new targets, however many they have missed', async () => {
  const fetchTarget = makeClient()
  await fetchTarget('trusted_root.json')
  sandbox.tuf.rotateRoot()
  sandbox.tuf.publish({ 'trusted_root.json': '{}' })
  sandbox.tuf.rotateRoot()
  expect(await fetchTarget('trusted_root.json')).toBe('{}')
  expect(await makeClient()('trusted_root.json')).toBe('{}')
  expect((await call(`${sandbox.urls.tuf}/4.root.json`)).status).toBe(404)
})

test('a root of another sandbox opens nothing here', async () => {
  const here = sandbox
  const other = await openSandbox()
  sandbox = { ...here, files: other.files }
  expect(await refusal(makeClient()('trusted_root.json'))).toBe('UnsignedMetadataError')
})

test.for([
  ['wrong-key', 'UnsignedMetadataError'],
  ['expired', 'ExpiredMetadataError'],
] as const)('the lie %s is refused by a new client with %s, and honesty mends it', async ([lie, name]) => {
  const fetchTarget = makeClient()
  sandbox.faults = { tuf: { lie } }
  expect(await refusal(fetchTarget('trusted_root.json'))).toBe(name)
  sandbox.faults = {}
  await expect(fetchTarget('trusted_root.json')).resolves.toContain('tlogs')
})

test('the lie rollback is refused by a client that has seen more, also after a new root', async () => {
  for (const change of [() => undefined, () => sandbox.tuf.rotateRoot()]) {
    change()
    sandbox.faults = {}
    const fetchTarget = makeClient()
    await fetchTarget('trusted_root.json')
    sandbox.faults = { tuf: { lie: 'rollback' } }
    expect(await refusal(fetchTarget('trusted_root.json'))).toBe('BadVersionError')
  }
})

test('a timestamp lives for a day and is signed anew after an hour', async () => {
  let now = new Date('2031-02-03T04:05:06.789Z')
  sandbox = await openSandbox({ now: () => now })
  const stamp = async (): Promise<{ expires: string; version: number }> =>
    read<{ signed: { expires: string; version: number } }>(await call(`${sandbox.urls.tuf}/timestamp.json`)).signed
  const first = await stamp()
  expect(first.expires).toBe('2031-02-04T04:05:06Z')
  now = new Date('2031-02-03T05:05:00Z')
  expect(await stamp()).toEqual(first)
  now = new Date('2031-02-03T05:06:00Z')
  expect(await stamp()).toMatchObject({ version: first.version + 1, expires: '2031-02-04T05:06:00Z' })
})

test('a clock two days behind serves a timestamp that has expired', async () => {
  sandbox.faults = { tuf: { skew: -2 * 24 * 3600 * 1000 } }
  expect(await refusal(makeClient()('trusted_root.json'))).toBe('ExpiredMetadataError')
})

test('a target is served under its own hash, and other paths are not served', async () => {
  const hash = createHash('sha256').update(readFileSync(sandbox.files.trustedRoot)).digest('hex')
  const path = `${sandbox.urls.tuf}/targets`
  expect((await call(`${path}/${hash}.trusted_root.json`)).bytes).toEqual(readFileSync(sandbox.files.trustedRoot))
  for (const other of [`${path}/trusted_root.json`, `${sandbox.urls.tuf}/targets.json`, `${sandbox.urls.tuf}/`])
    expect((await call(other)).status).toBe(404)
})
