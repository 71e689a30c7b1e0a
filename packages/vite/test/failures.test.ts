import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fixture, versions } from './fixture.ts'
import { ciJob, requestsTo, sandbox, verdict } from './sigstore.ts'

const BUNDLE = 'attestation.sigstore.json'

describe.each(versions)('a build in %s', (version) => {
  test.each(['transform', 'renderChunk', 'generateBundle', 'writeBundle', 'closeBundle'])(
    'that fails in %s is never signed, and the services hear nothing of it',
    async (TROUBLE) => {
      const app = fixture('app', version)
      const requests = requestsTo()
      const { code, output } = await app.build({ ...(await ciJob()), TROUBLE })
      expect(output).toContain(`boom in ${TROUBLE}`)
      expect(output).not.toContain('files signed')
      expect(code).toBe(1)
      expect(app.files()).not.toContain(BUNDLE)
      expect(requests()).toEqual({ certificates: 0, entries: 0, timestamps: 0 })
    },
  )

  test.each(['writeBundle', 'closeBundle'])('that fails in a %s after ours keeps no signature', async (hook) => {
    const app = fixture('app', version)
    const { code, output } = await app.build({ ...(await ciJob()), TROUBLE: `${hook} after ours` })
    expect(output).toContain(`boom in ${hook}`)
    expect(code).toBe(1)
    expect(app.files()).toContain('index.html')
    expect(app.files()).not.toContain(BUNDLE)
  })

  test.each(['transform', 'generateBundle'])(
    'that fails in %s leaves no signature of an earlier build in the folder that it would have written to',
    async (TROUBLE) => {
      const app = fixture('app', version)
      const job = { ...(await ciJob()), BUILD: '{"emptyOutDir":false}' }
      await app.build(job)
      expect(app.files()).toContain(BUNDLE)
      const { code } = await app.build({ ...job, TROUBLE })
      expect(code).toBe(1)
      expect(app.files()).toContain('index.html')
      expect(app.files()).not.toContain(BUNDLE)
    },
  )

  test("into which a stranger's bundle of the same name is copied fails and leaves that bundle as it is", async () => {
    const app = fixture('app', version)
    const text = '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","messageSignature":{}}'
    writeFileSync(app.path(`public/${BUNDLE}`), text)
    const { code, output } = await app.build(await ciJob())
    expect(output).toMatch(/^\[sealwax\] .* \(FILE_EXISTS\)$/m)
    expect(code).toBe(1)
    expect(readFileSync(app.path(`dist/${BUNDLE}`), 'utf8')).toBe(text)
  })

  test('into which a plugin writes after the signature ends with exit code 1 and names the file', async () => {
    const app = fixture('app', version)
    const { code, output } = await app.build({ ...(await ciJob()), TROUBLE: 'writer after ours' })
    expect(output).toMatch(/\[sealwax\].*too-late\.txt/)
    expect(code).toBe(1)
    const { ok } = await verdict(app.path('dist'))
    expect(ok).toBe(false)
  })

  test('whose process ends before the bundle is closed is reported as not signed, with exit code 1', async () => {
    const app = fixture('app', version)
    const { code, output } = await app.build({ ...(await ciJob()), TROUBLE: 'exit' })
    expect(output).toMatch(/^\[sealwax\] NOT SIGNED/m)
    expect(code).toBe(1)
    expect(app.files()).not.toContain(BUNDLE)
  })

  test('whose certificate is refused fails with what was expected, found and can be done', async () => {
    const app = fixture('app', version)
    sandbox.faults = { fulcio: { status: 403 } }
    const { code, output } = await app.build(await ciJob())
    expect(output).toMatch(/^\[sealwax\] .*Fulcio.* \(SERVICE_REFUSED\)$/m)
    expect(output).toMatch(/^ {2}found {5}.*403/m)
    // The reader is told what happened, not where in the bundler.
    expect(output).not.toMatch(/^ +at /m)
    expect(code).toBe(1)
    expect(app.files()).not.toContain(BUNDLE)
  })
})
