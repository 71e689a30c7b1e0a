// A signed build, as somebody meets it who has nothing of ours: file by file with cosign and coreutils.
import { join, relative } from 'node:path'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { missing } from '../src/peers.ts'
import { openExchange } from './exchange.ts'
import { from, workflow } from './parties.ts'

const attested = { sign: ['sign-build'], verify: ['verify-blob-attestation', '--type', 'slsaprovenance1'] }
const { bench, sandbox, as, newFile, sign, accepts, refuses } = await openExchange(attested)

const site = fileURLToPath(new URL('site', import.meta.url))
const vite = join(createRequire(import.meta.url).resolve('vite/package.json'), '../bin/vite.js')

function filesIn(directory: string): string[] {
  return readdirSync(bench.path(directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(bench.path(directory), join(entry.parentPath, entry.name)))
}
const entries = (): number =>
  sandbox.requests.filter(({ service, method }) => service === 'rekor' && method === 'POST').length

describe.skipIf(missing('cosign').length > 0)('a signed build', () => {
  test('of vite: cosign verifies every file of it with the one bundle, and no other file', async () => {
    const before = entries()
    const args = [vite, 'build', site, '--outDir', bench.path('dist'), '--emptyOutDir']
    const build = await bench.run(process.execPath, args, await as(workflow))
    expect(build, build.stderr).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`signed by ${workflow.name}`),
    })
    expect(entries() - before).toBe(1)

    const files = filesIn('dist').filter((name) => name !== 'attestation.sigstore.json' && !name.startsWith('.'))
    expect(files.length).toBeGreaterThanOrEqual(7)
    const flags = ['--bundle', 'dist/attestation.sigstore.json', ...from(workflow)]
    for (const file of files) await accepts('cosign', ...flags, join('dist', file))
    await accepts('sealwax', ...flags, ...files.map((file) => join('dist', file)))
    await refuses('cosign', ...flags, newFile().file)
    await refuses('cosign', ...flags.with(3, workflow.name.slice(0, -1)), join('dist', 'index.html'))
    bench.put('dist/index.html', `${bench.read('dist/index.html')} `)
    await refuses('cosign', ...flags, join('dist', 'index.html'))
  })

  test('of 1,500 files: cosign verifies SHA256SUMS, and sha256sum verifies each file through it', async () => {
    for (let at = 0; at < 1500; at++) bench.put(`large/part-${at % 40}/file ${at}.txt`, `file ${at}`)
    const before = entries()
    await sign('sealwax', ['large'], await as(workflow))
    expect(entries() - before).toBe(1)
    const flags = ['--bundle', 'large/attestation.sigstore.json', ...from(workflow)]
    await accepts('cosign', ...flags, 'large/SHA256SUMS')
    await refuses('cosign', ...flags, 'large/part-0/file 0.txt')
    expect(bench.read('large/SHA256SUMS').trimEnd().split('\n')).toHaveLength(1500)

    const check = (): ReturnType<typeof bench.run> =>
      bench.run('sh', ['-c', 'cd large && sha256sum --check --strict --quiet SHA256SUMS'])
    expect(await check()).toMatchObject({ code: 0, stdout: '' })
    expect((await bench.use('sealwax', ['verify-build', ...from(workflow), 'large'], await as(workflow))).code).toBe(0)
    bench.put('large/part-7/file 7.txt', 'file 8')
    expect(await check()).toMatchObject({ code: 1, stdout: 'part-7/file 7.txt: FAILED\n' })
    const verdict = await bench.use('sealwax', ['verify-build', ...from(workflow), 'large'], await as(workflow))
    expect(verdict).toMatchObject({ code: 12, stdout: expect.stringContaining('part-7/file 7.txt') })
  })

  test('of exactly 1,024 files is still one statement about each; of 1,025 it is one about SHA256SUMS', async () => {
    for (const [folder, count] of [
      ['most', 1024],
      ['more', 1025],
    ] as const) {
      for (let at = 0; at < count; at++) bench.put(`${folder}/${at}`, `${folder} ${at}`)
      await sign('sealwax', [folder], await as(workflow))
      const flags = ['--bundle', `${folder}/attestation.sigstore.json`, ...from(workflow)]
      if (count > 1024) await accepts('cosign', ...flags, `${folder}/SHA256SUMS`)
      else await accepts('cosign', ...flags, `${folder}/1023`)
    }
  })
})
