import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fixture, versions } from './fixture.ts'
import { ciJob, requestsTo, verdict } from './sigstore.ts'

const BUNDLE = 'attestation.sigstore.json'

describe.each(versions)('the JavaScript API of %s', (version) => {
  test('signs every build of a process', async () => {
    const app = fixture('app', version)
    const requests = requestsTo()
    const { code, output } = await app.run('twice.js', await ciJob())
    expect(output.match(/✓ \d+ files signed/g)).toHaveLength(2)
    expect(code).toBe(0)
    expect(requests().entries).toBe(2)
    expect(await verdict(app.path('dist'))).toMatchObject({ ok: true, reasons: [] })
  })

  test('signs two builds that run side by side, and says so once for each signature', async () => {
    const app = fixture('app', version)
    const { code, output } = await app.run('parallel.js', { ...(await ciJob()), SEALWAX_REQUIRED: 'true' })
    const signatures = new Set(output.match(/log index .*/g))
    expect(output.match(/✓ \d+ files signed/g)).toHaveLength(signatures.size)
    expect(code).toBe(0)
    for (const folder of ['dist', 'dist-2'])
      expect(await verdict(app.path(folder))).toMatchObject({ ok: true, reasons: [] })
  })

  test('reports what one build wrote after another one beside it failed, and fails where a signature is required', async () => {
    for (const [SEALWAX_REQUIRED, expected, word] of [
      ['auto', 0, /\[sealwax\] not signed: 1 output was written after another build of the same project failed/],
      ['true', 1, /\[sealwax\] NOT SIGNED: \S+dist-2: a signature is required/],
    ] as const) {
      const app = fixture('app', version)
      const job = { ...(await ciJob()), SEALWAX_REQUIRED, FAILING: 'yes' }
      const { code, output } = await app.run('parallel.js', job)
      expect(output).toMatch(word)
      expect(code).toBe(expected)
    }
  })

  test('names the repository of the project, wherever the build is started', async (context) => {
    const app = fixture('app', version)
    const git = (...args: string[]): string => {
      const who = ['-c', 'user.name=alice', '-c', 'user.email=alice@example.com']
      return execFileSync('git', [...who, ...args], { cwd: app.directory, encoding: 'utf8', stdio: 'pipe' }).trim()
    }
    try {
      git('init', '--quiet')
    } catch {
      return context.skip('no git on this machine')
    }
    git('commit', '--quiet', '--allow-empty', '-m', 'x')
    await app.run('elsewhere.js', await ciJob())
    const bundle = JSON.parse(readFileSync(app.path(`dist/${BUNDLE}`), 'utf8'))
    const { predicate } = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString())
    expect(predicate.buildDefinition.internalParameters.checkout.gitCommit).toBe(git('rev-parse', 'HEAD'))
  })

  test('signs a build after a failed one of the same process', async () => {
    const app = fixture('app', version)
    const { code, output } = await app.run('retry.js', await ciJob())
    expect(output.match(/✓ \d+ files signed/g)).toHaveLength(1)
    expect(code).toBe(0)
    expect(await verdict(app.path('dist'))).toMatchObject({ ok: true, reasons: [] })
  })

  test.each(['default', 'own'])(
    'signs what a builder builds, once, also after a failure and for one environment again (builder: %s)',
    async (BUILDER) => {
      const app = fixture('environments', version)
      const requests = requestsTo()
      const { code, output } = await app.run('builder.js', { ...(await ciJob()), BUILDER })
      expect(output.match(/✓ \d+ files signed/g)).toHaveLength(2)
      expect(output.match(/not signed: the build failed/g)).toHaveLength(1)
      expect(code).toBe(0)
      expect(requests()).toMatchObject({ certificates: 2, entries: 3 })
      for (const folder of ['dist/client', 'dist/server'])
        expect(await verdict(app.path(folder))).toMatchObject({ ok: true, reasons: [] })
    },
  )

  test('signs what a builder builds alone after it failed as a whole', async () => {
    const app = fixture('environments', version)
    const { code, output } = await app.run('builder.js', { ...(await ciJob()), BUILDER: 'own', ALONE: 'yes' })
    expect(output.match(/✓ \d+ files signed/g)).toHaveLength(3)
    expect(code).toBe(0)
  })

  test.each(['one after the other', 'one in the other'])(
    'signs a folder as a whole when a part of it is built by a build of its own (%s)',
    async (ORDER) => {
      const app = fixture('app', version)
      const { code, output } = await app.run('nested.js', { ...(await ciJob()), ORDER })
      expect(output.match(/✓ \d+ files signed/g)).toHaveLength(2)
      expect(code).toBe(0)
      expect(app.files('dist/server')).toContain('server.js')
      expect(app.files().filter((name) => name.endsWith('.sigstore.json'))).toEqual([BUNDLE])
      expect(await verdict(app.path('dist'))).toMatchObject({ ok: true, reasons: [] })
    },
  )

  test('gives each of two builds side by side what its own options say', async () => {
    const app = fixture('app', version)
    const { code, output } = await app.run('apart.js', await ciJob())
    expect(output).toContain('heard of dist')
    expect(output.match(/✓ \d+ files signed/g)).toHaveLength(1)
    expect(code).toBe(0)
    expect(app.files('dist')).toContain('own.json')
    expect(app.files('dist-2').filter((name) => name.endsWith('.json') && !name.startsWith('.vite'))).toEqual([])
  })

  test('never signs a watch build', async () => {
    const app = fixture('app', version)
    const requests = requestsTo()
    const { code, output } = await app.run('watch.js', await ciJob())
    expect(output).toContain('2 rounds')
    expect(output).not.toMatch(/sealwax|signed/)
    expect(code).toBe(0)
    expect(app.files()).toContain('index.html')
    expect(app.files()).not.toContain(BUNDLE)
    expect(requests()).toEqual({ certificates: 0, entries: 0, timestamps: 0 })
  })

  test('never signs for the dev server', async () => {
    const app = fixture('app', version)
    const requests = requestsTo()
    const { code, output } = await app.run('serve.js', await ciJob())
    expect(output).toContain('served 200')
    expect(output).not.toMatch(/sealwax|signed/)
    expect(code).toBe(0)
    expect(app.files()).toEqual([])
    expect(requests().certificates).toBe(0)
  })
})
