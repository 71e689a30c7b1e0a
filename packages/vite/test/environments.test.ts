import { describe, expect, test } from 'vitest'
import { fixture, versions } from './fixture.ts'
import { ciJob, requestsTo, verdict } from './sigstore.ts'

describe.each(versions)('a build of two environments in %s', (version) => {
  test.each(['default', 'shared', 'own'])(
    'is signed once at its end, a bundle per folder, by one certificate (builder: %s)',
    async (BUILDER) => {
      const app = fixture('environments', version)
      const requests = requestsTo()
      const { code, output } = await app.build({ ...(await ciJob()), BUILDER })
      expect(code).toBe(0)
      expect(output.match(/✓ \d+ files signed/g)).toHaveLength(1)
      expect(requests()).toMatchObject({ certificates: 1, entries: 2 })
      for (const folder of ['dist/client', 'dist/server'])
        expect(await verdict(app.path(folder))).toMatchObject({ ok: true, reasons: [] })
      expect(app.files().includes('client/prerendered.html')).toBe(BUILDER === 'own')
    },
  )

  test.each(['default', 'own'])('is not signed at all when one of them fails (builder: %s)', async (BUILDER) => {
    const app = fixture('environments', version)
    const requests = requestsTo()
    const { code, output } = await app.build({ ...(await ciJob()), BUILDER, BROKEN: 'yes' })
    expect(code).toBe(1)
    expect(output).not.toContain('files signed')
    expect(app.files().filter((name) => name.endsWith('.sigstore.json'))).toEqual([])
    expect(requests()).toMatchObject({ certificates: 0, entries: 0 })
  })

  test('is not signed when one of them fails and the builder goes on', async () => {
    const app = fixture('environments', version)
    const { code, output } = await app.build({ ...(await ciJob()), BUILDER: 'tolerant', BROKEN: 'yes' })
    expect(output).toContain('[sealwax] not signed: the build failed')
    expect(code).toBe(0)
    expect(app.files()).toContain('client/index.html')
    expect(app.files().filter((name) => name.endsWith('.sigstore.json'))).toEqual([])
  })

  test.each(['default', 'own'])('is signed when one of them writes nothing to disk (builder: %s)', async (BUILDER) => {
    const app = fixture('environments', version)
    const { code, output } = await app.build({ ...(await ciJob()), BUILDER, UNWRITTEN: 'ssr' })
    expect(output.match(/✓ \d+ files signed/g)).toHaveLength(1)
    expect(code).toBe(0)
    expect(app.files('dist/server')).toEqual([])
    expect(await verdict(app.path('dist/client'))).toMatchObject({ ok: true, reasons: [] })
  })

  test('is one tree with one bundle when a folder named by `roots` holds both', async () => {
    const app = fixture('environments', version)
    const requests = requestsTo()
    const { code } = await app.build({ ...(await ciJob()), OPTIONS: '{"roots":["dist"]}' })
    expect(code).toBe(0)
    expect(requests().entries).toBe(1)
    expect(app.files().filter((name) => name.endsWith('.sigstore.json'))).toEqual(['attestation.sigstore.json'])
    expect(await verdict(app.path('dist'))).toMatchObject({ ok: true, reasons: [] })
  })
})

// Vite 6 has no such hook.
describe.each(['vite7', 'vite'] as const)('a framework for %s', (version) => {
  test('that builds and writes in its buildApp hook gets its files signed', async () => {
    const app = fixture('environments', version)
    const { code } = await app.build({ ...(await ciJob()), BUILDER: 'hook' })
    expect(code).toBe(0)
    expect(app.files('dist/client')).toContain('prerendered.html')
    expect(await verdict(app.path('dist/client'))).toMatchObject({ ok: true, reasons: [] })
  })
})
