import { describe, expect, test } from 'vitest'
import { fixture } from './fixture.ts'
import { ciJob, identityToken, requestsTo, sandbox, verdict } from './sigstore.ts'

const BUNDLE = 'attestation.sigstore.json'

// What the session decides is the same under every Vite; these ask whether it is said well and ends the process rightly.
describe('a build', () => {
  test('whose certificate is refused goes on with a warning when `required` is false', async () => {
    const app = fixture('app', 'vite')
    sandbox.faults = { fulcio: { status: 403 } }
    const { code, output } = await app.build({ ...(await ciJob()), OPTIONS: '{"required":false}' })
    expect(output).toMatch(/^\[sealwax\] .*Fulcio/m)
    expect(code).toBe(0)
    expect(app.files()).not.toContain(BUNDLE)
  })

  test('without an identity says so in one line and succeeds', async () => {
    const app = fixture('app', 'vite')
    const { code, output } = await app.build()
    expect(output.split('\n').filter((line) => line.includes('[sealwax]'))).toEqual([
      expect.stringMatching(/not signed/),
    ])
    expect(code).toBe(0)
    expect(app.files()).not.toContain(BUNDLE)
  })

  test('without an identity fails when a signature is required', async () => {
    const app = fixture('app', 'vite')
    const { code, output } = await app.build({ SEALWAX_REQUIRED: 'true' })
    expect(output).toMatch(/^\[sealwax\] .*\(IDENTITY_MISSING\)$/m)
    expect(code).toBe(1)
    expect(app.files()).not.toContain(BUNDLE)
  })

  test('whose options make no sense fails before it begins, and says what was expected', async () => {
    const app = fixture('app', 'vite')
    const { code, output } = await app.build({ OPTIONS: '{"mode":"sometimes"}' })
    expect(output).toMatch(/^\[sealwax\] .* \(USAGE\)$/m)
    expect(output).toMatch(/^ {2}expected {2}auto, keyless/m)
    expect(output).not.toMatch(/^ +at /m)
    expect(code).toBe(1)
    expect(app.files()).toEqual([])
  })

  test.each([
    ['{"require":true}', 'did you mean `required`?'],
    ['{"roots":"dist"}', 'a list'],
    ['{"exclude":["../x"]}', 'the option `exclude`'],
    ['{"key":""}', 'an empty text'],
    ['null', 'an object'],
  ])('whose options are mistyped fails before it begins: %s', async (OPTIONS, word) => {
    const app = fixture('app', 'vite')
    const { code, output } = await app.build({ OPTIONS })
    expect(output).toMatch(/^\[sealwax\] .* \(USAGE\)$/m)
    expect(output).toContain(word)
    expect(code).toBe(1)
    expect(app.files()).toEqual([])
  })

  test('in the mode `off` leaves no word and no signature', async () => {
    const app = fixture('app', 'vite')
    const { code, output } = await app.build({ ...(await ciJob()), OPTIONS: '{"mode":"off"}' })
    expect(output).not.toMatch(/sealwax|signed/)
    expect(code).toBe(0)
    expect(app.files()).not.toContain(BUNDLE)
  })

  test('in the mode `statement` leaves the unsigned statement and asks no service', async () => {
    const app = fixture('app', 'vite')
    const requests = requestsTo()
    const { code, output } = await app.build({ ...(await ciJob()), SEALWAX_MODE: 'statement' })
    expect(output).toMatch(/^✓ \d+ files listed for signing → dist\/attestation\.intoto\.json$/m)
    expect(code).toBe(0)
    expect(app.files()).not.toContain(BUNDLE)
    expect(requests()).toEqual({ certificates: 0, entries: 0, timestamps: 0 })
  })

  test('by a second command into a part of the folder is signed as a whole where `roots` says so', async () => {
    const app = fixture('app', 'vite')
    const ssr = ['--ssr', 'src/server.js', '--outDir', 'dist/server']
    for (const [OPTIONS, ok] of [
      ['{}', false],
      ['{"roots":["dist"]}', true],
    ] as const) {
      const job = { ...(await ciJob()), OPTIONS }
      for (const args of [[], ssr]) expect((await app.build(job, ...args)).code).toBe(0)
      expect(await verdict(app.path('dist'))).toMatchObject({ ok })
    }
  })

  test('that writes nothing to disk signs nothing', async () => {
    const app = fixture('app', 'vite')
    const requests = requestsTo()
    const { code, output } = await app.build({ ...(await ciJob()), BUILD: '{"write":false}' })
    expect(output).not.toMatch(/sealwax|signed/)
    expect(code).toBe(0)
    expect(app.files()).toEqual([])
    expect(requests().certificates).toBe(0)
  })

  test('never says the identity token, whether it is signed or refused', async () => {
    const SIGSTORE_ID_TOKEN = await identityToken()
    for (const faults of [{}, { fulcio: { status: 403 } }]) {
      const app = fixture('app', 'vite')
      sandbox.faults = faults
      const { output } = await app.build({ ...(await ciJob()), SIGSTORE_ID_TOKEN })
      for (const part of SIGSTORE_ID_TOKEN.split('.')) expect(output).not.toContain(part)
    }
  })
})
