import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder, type Run, sealwax } from '../command.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let folder: ReturnType<typeof makeFolder>
let directory: string
beforeEach(() => {
  folder = makeFolder()
  directory = join(folder.path, 'sandbox')
})
afterEach(async () => {
  await sandbox('--stop')
  folder.remove()
})

function sandbox(...args: string[]): Promise<Run> {
  return sandboxWith({}, ...args)
}
function sandboxWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Run> {
  return sealwax(['sandbox', '--directory', directory, ...args], { env: { HOME: folder.path, ...env } })
}

/** Where the second version of the log answers. */
function log(): string {
  const config = JSON.parse(readFileSync(join(directory, 'signing_config.rekor2.json'), 'utf8'))
  return `${config.rekorTlogUrls[0].url}/api/v2/checkpoint`
}
async function statuses(url: string, count: number): Promise<number[]> {
  const seen = []
  while (seen.length < count) seen.push((await fetch(url)).status)
  return seen
}

test('--fault makes services of a sandbox in the background fail, in the order given', async () => {
  const flags = ['--fault', 'rekor2:429@7x2', '--fault', 'rekor2:500x1']
  expect(await sandbox('--background', ...flags)).toMatchObject({ code: 0, stderr: '' })
  expect((await fetch(log())).headers.get('retry-after')).toBe('7')
  expect(await statuses(log(), 3)).toEqual([429, 500, 200])
  await expect
    .poll(() => readFileSync(join(directory, 'sandbox.log'), 'utf8').trim().split('\n'), { timeout: 30_000 })
    .toEqual([
      'rekor2:429@7  GET /rekor2/api/v2/checkpoint  answered 429',
      'rekor2:429@7  GET /rekor2/api/v2/checkpoint  answered 429',
      'rekor2:500  GET /rekor2/api/v2/checkpoint  answered 500',
    ])
})

test('--fault also as a variable, several separated by commas; the flag wins', async () => {
  const env = { SEALWAX_FAULT: 'rekor2:503x1, rekor2:502x1' }
  expect((await sandboxWith(env, '--background')).code).toBe(0)
  expect(await statuses(log(), 3)).toEqual([503, 502, 200])
  await sandbox('--stop')
  expect((await sandboxWith(env, '--background', '--fault', 'rekor2:404x1')).code).toBe(0)
  expect(await statuses(log(), 2)).toEqual([404, 200])
})

test('--rekor 2 leads signers to the second version of the log, and everything else is as without it', async () => {
  const { stdout } = await sandbox('--background', '--shell', 'sh', '--rekor', '2')
  expect(stdout).toContain(`export SEALWAX_SIGNING_CONFIG='${join(directory, 'signing_config.rekor2.json')}'`)
  await sandbox('--stop')
  const without = (await sandbox('--background', '--shell', 'sh')).stdout
  expect(without).toContain(`export COSIGN_SIGNING_CONFIG='${join(directory, 'signing_config.json')}'`)
  const names = (text: string): string[] => [...text.matchAll(/^export (\w+)=/gm)].map(([, name = '']) => name)
  expect(names(without)).toEqual(names(stdout))
})

test('a sandbox that runs with other settings is not taken for the one that is wanted', async () => {
  await sandbox('--background', '--fault', 'fulcio:500')
  for (const flags of [
    ['--fault', 'fulcio:503'],
    ['--rekor', '2'],
    ['--fault', 'fulcio:500', '--fault', 'tuf:hang'],
  ]) {
    const { code, stdout, stderr } = await sandbox('--background', ...flags)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('was started with other settings')
    expect(stderr).toContain(flags.join(' '))
    expect(stderr).toContain('fulcio:500, Rekor 1')
    expect(stderr).toContain('--stop')
  }
  for (const flags of [[], ['--fault', 'fulcio:500'], ['--rekor', '1']])
    expect((await sandbox('--background', ...flags)).code).toBe(0)
})

test.each([
  ['rekr:429', '"rekr" is no service; there are fulcio, rekor,'],
  ['rekor', '"rekor" has not the form SERVICE:WHAT'],
  ['fulcio:bad-proof', 'fulcio can do 400 to 599, delay=3s, hang,'],
  ['rekor:429,fulcio:5', '"fulcio:5"'],
])('--fault %s is refused with what there is, and nothing is started', async (fault, words) => {
  const { code, stderr } = await sandbox('--fault', fault)
  expect(code).toBe(2)
  expect(stderr).toContain('Error [USAGE]: --fault names no fault of the sandbox')
  expect(stderr).toContain(words)
  const variable = await sandboxWith({ SEALWAX_FAULT: fault })
  expect(variable).toMatchObject({ code: 2, stderr: expect.stringContaining('SEALWAX_FAULT') })
})

test.skipIf(process.platform === 'win32')(
  'in the foreground the banner says which faults are on (POSIX signals)',
  async () => {
    const flags = ['--fault', 'rekor2:lostx1', '--fault', 'timestamp:skew=+10m']
    const child = spawn(process.execPath, [main, 'sandbox', '--directory', directory, ...flags])
    let [output, errors] = ['', '']
    child.stdout.on('data', (piece: Buffer) => (output += piece.toString()))
    child.stderr.on('data', (piece: Buffer) => (errors += piece.toString()))
    await expect.poll(() => output, { timeout: 30_000 }).toContain('Ctrl-C stops it.')
    expect(output).toContain('Fails on purpose: rekor2:lostx1, timestamp:skew=+10m')
    await expect(fetch(log())).rejects.toThrow()
    await fetch(log())
    await expect.poll(() => errors, { timeout: 30_000 }).toBe('rekor2:lost  GET /rekor2/api/v2/checkpoint  no answer\n')
    child.kill('SIGINT')
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
  },
)
