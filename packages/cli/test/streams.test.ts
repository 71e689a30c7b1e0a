// What a command's exit code says when nobody reads what it prints, or when it cannot be printed.
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { good, makeFolder, type Run, type RunOptions, sealwax } from './command.ts'

const folder = makeFolder()
const path = (name: string): string => join(folder.path, name)
const env = { COSIGN_PASSWORD: 'swordfish', COSIGN_SIGNING_CONFIG: 'none.json' }

beforeAll(async () => {
  const mediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json'
  writeFileSync(path('none.json'), JSON.stringify({ mediaType, rekorTlogConfig: {}, tsaConfig: {} }))
  for (const name of ['good.txt', 'bad.txt']) writeFileSync(path(name), name)
  await good(sealwax(['generate-key-pair'], { cwd: folder.path, env }))
  await good(sealwax(['sign-blob', '--key', 'cosign.key', 'good.txt', 'bad.txt'], { cwd: folder.path, env }))
  writeFileSync(path('bad.txt'), 'changed')
})
afterAll(() => folder.remove())

function verify(file: string, options: RunOptions): Promise<Run> {
  const args = ['verify-blob', '--key', 'cosign.pub', '--insecure-ignore-tlog', file]
  return sealwax(args, { cwd: folder.path, ...options })
}

test.each([
  ['good.txt', 'stdout', 0],
  ['bad.txt', 'stdout', 12],
  ['good.txt', 'stderr', 0],
  ['bad.txt', 'stderr', 12],
] as const)('%s is judged the same when nobody reads %s: exit code %i', async (file, stream, code) => {
  const done = await verify(file, { unread: [stream] })
  expect(done.code).toBe(code)
  expect(done.stdout + done.stderr).not.toMatch(/EPIPE|\bat .*:\d+:\d+/)
})

const noFull = existsSync('/dev/full') ? '' : ' (skipped: no /dev/full here)'

test.skipIf(noFull !== '')(`a result that cannot be written is an error of one line${noFull}`, async () => {
  const full = openSync('/dev/full', 'w')
  try {
    const verified = await verify('good.txt', { stdout: full })
    expect(verified.code).toBe(1)
    expect(verified.stderr.split('\n').filter((line) => line.startsWith('Error'))).toEqual([
      expect.stringMatching(/^Error \[ENOSPC\]: the result could not be written: /),
    ])
    expect(verified.stderr).not.toMatch(/\bat .*:\d+:\d+/)
    expect((await verify('bad.txt', { stdout: full })).code).toBe(12)
    const version = await sealwax(['version'], { stdout: full })
    expect(version).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Error \[ENOSPC\]: .*could not be written.*\n$/),
    })
    expect((await verify('good.txt', { stderr: full })).code).toBe(0)
  } finally {
    closeSync(full)
  }
})

test('version exits well when nobody reads it', async () => {
  expect((await sealwax(['version'], { unread: ['stdout'] })).code).toBe(0)
})

test('a process that ends before anything is known has exit code 1', async () => {
  writeFileSync(
    path('stuck.mjs'),
    `import { registerHooks } from 'node:module'
     const source = 'export const run = () => new Promise(() => undefined)'
     registerHooks({ load: (url, context, next) =>
       url.endsWith('/run.ts') ? { format: 'module', source, shortCircuit: true } : next(url, context) })`,
  )
  const stuck = { NODE_OPTIONS: `--import=${pathToFileURL(path('stuck.mjs')).href}` }
  expect((await sealwax(['env'], { env: stuck })).code).toBe(1)
})
