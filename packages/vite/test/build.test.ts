import { appendFileSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fixture, versions } from './fixture.ts'
import { ciJob, keyHolder, keyVerdict, requestsTo, signerIdentity, verdict } from './sigstore.ts'

describe.each(versions)('a plain app in %s', (version) => {
  test('is signed by the CI identity, with one certificate and one log entry, and says so in one line', async () => {
    const app = fixture('app', version)
    const requests = requestsTo()
    const { code, output } = await app.build(await ciJob())
    expect(output).toMatch(/^✓ (\d+) files signed by \S+ → dist\/attestation\.sigstore\.json \(log index \d+\)$/m)
    expect(output.match(/signed/g)).toHaveLength(1)
    expect(output).toContain(`signed by ${signerIdentity} `)
    expect(code).toBe(0)
    expect(requests()).toEqual({ certificates: 1, entries: 1, timestamps: 1 })

    const { ok, reasons, files } = await verdict(app.path('dist'))
    expect(reasons).toEqual([])
    expect(ok).toBe(true)
    const signable = app.files().filter((name) => !/(^|\/)\./.test(name) && name !== 'attestation.sigstore.json')
    expect(files.ok).toBe(signable.length)
    expect(output).toContain(`✓ ${signable.length} files`)
    expect(signable).toEqual(
      expect.arrayContaining(['index.html', 'robots.txt', 'sub/note.txt', expect.stringMatching(/worker-.*\.js$/)]),
    )
    expect(signable.some((name) => name.endsWith('.js.map'))).toBe(true)
  })

  test('is signed again when it is built again unchanged, with the same statement', async () => {
    const app = fixture('app', version)
    const job = await ciJob()
    const statement = (): string => {
      const bundle = JSON.parse(readFileSync(app.path('dist/attestation.sigstore.json'), 'utf8'))
      return bundle.dsseEnvelope.payload as string
    }
    await app.build(job)
    const first = statement()
    const { code } = await app.build({ ...job, BUILD: '{"emptyOutDir":false}' })
    expect(code).toBe(0)
    expect(statement()).toBe(first)
    expect(await verdict(app.path('dist'))).toMatchObject({ ok: true, reasons: [] })
  })

  test('is signed as a server build too', async () => {
    const app = fixture('app', version)
    const { code } = await app.build(await ciJob(), '--ssr', 'src/server.js', '--outDir', 'build')
    expect(code).toBe(0)
    expect(app.files('build')).toContain('server.js')
    expect(await verdict(app.path('build'))).toMatchObject({ ok: true, reasons: [] })
  })

  test('is signed with the files of plugins that write after the bundle, wherever they stand', async () => {
    for (const TROUBLE of ['writers before', 'writers listed after']) {
      const app = fixture('app', version)
      const { code } = await app.build({ ...(await ciJob()), TROUBLE })
      expect(code).toBe(0)
      expect(app.files()).toEqual(expect.arrayContaining(['early.txt', 'late.txt']))
      expect(await verdict(app.path('dist'))).toMatchObject({ ok: true, reasons: [] })
    }
  })
})

describe('a plain app with a key', () => {
  test('is signed by a key that the environment names, without any certificate', async () => {
    const app = fixture('app', 'vite')
    const requests = requestsTo()
    const { code, output } = await app.build(keyHolder)
    expect(output).toMatch(/^✓ \d+ files signed by key \S+ → /m)
    expect(code).toBe(0)
    expect(requests().certificates).toBe(0)
    expect(await keyVerdict(app.path('dist'))).toMatchObject({ ok: true, reasons: [] })
  })

  test('fails verification once a signed file has changed', async () => {
    const app = fixture('app', 'vite')
    await app.build(keyHolder)
    appendFileSync(app.path('dist/robots.txt'), ' ')
    const { ok, files } = await keyVerdict(app.path('dist'))
    expect(ok).toBe(false)
    expect(files.changed).toEqual(['robots.txt'])
  })
})

describe.each(versions)('a library in %s', (version) => {
  test('is signed once for all its formats', async () => {
    const library = fixture('library', version)
    const requests = requestsTo()
    const { code } = await library.build(await ciJob())
    expect(code).toBe(0)
    expect(library.files().filter((name) => !name.endsWith('.map'))).toEqual([
      'attestation.sigstore.json',
      'library.cjs',
      'library.js',
      'library.umd.cjs',
    ])
    expect(requests().entries).toBe(1)
    expect(await verdict(library.path('dist'))).toMatchObject({ ok: true, reasons: [] })
  })

  test('with two output folders gets a bundle in each, by one certificate', async () => {
    const library = fixture('library', version)
    const requests = requestsTo()
    const { code, output } = await library.build({ ...(await ciJob()), OUTPUTS: 'two' })
    expect(code).toBe(0)
    expect(output.match(/✓ \d+ files signed/g)).toHaveLength(1)
    expect(requests()).toMatchObject({ certificates: 1, entries: 2 })
    for (const folder of ['dist/modern', 'dist/legacy'])
      expect(await verdict(library.path(folder))).toMatchObject({ ok: true, reasons: [] })
  })
})
