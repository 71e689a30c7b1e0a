import { randomUUID } from 'node:crypto'
import { lstatSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BuildOptions, type BuildSession, openSession, signBuild } from '../../src/session/index.ts'
import { BUNDLE, openLog, openWorkshop, type Workshop } from './workshop.ts'

let shop: Workshop
let log: ReturnType<typeof openLog>
beforeEach(() => {
  shop = openWorkshop()
  log = openLog()
})
afterEach(() => shop.close())

const open = (options: BuildOptions = {}): BuildSession => openSession(randomUUID(), { env: shop.env, ...options }, log)

const payloadOf = (buildType: string): string =>
  Buffer.from(JSON.stringify({ predicate: { buildDefinition: { buildType } } })).toString('base64')

/** One output of a build: rendered, then on disk. */
function output(session: BuildSession, directory: string, ...files: readonly string[]): void {
  session.begin()
  shop.put(files.map((file) => `${directory}/${file}`))
  session.wrote(shop.path(directory))
}

describe('a build is signed', () => {
  test('when it was written and closed', async () => {
    const session = open()
    session.start()
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toMatchObject({
      mode: 'key',
      roots: [{ directory: shop.path('dist'), files: 1, bundle: shop.path(`dist/${BUNDLE}`) }],
      signer: { kind: 'key' },
      entries: [],
    })
    expect(await shop.verify('dist')).toMatchObject({ ok: true, reasons: [], files: { ok: 1 } })
  })

  test('once, over every output of every pass into the same folder', async () => {
    const session = open()
    for (const pass of ['client', 'legacy', 'worker']) output(session, 'dist', `${pass}.js`)
    const report = await session.finish()
    expect(report?.roots).toHaveLength(1)
    expect(shop.statement(`dist/${BUNDLE}`).subject.map(({ name }) => name)).toEqual([
      'client.js',
      'legacy.js',
      'worker.js',
    ])
    expect(await session.finish()).toBeUndefined()
  })

  test('as one folder when one output lies inside the other', async () => {
    const session = open()
    output(session, 'dist/server', 's.js')
    output(session, 'dist', 'c.js')
    output(session, 'dist-2', 'd.js')
    const report = await session.finish()
    expect(report?.roots.map(({ directory }) => directory)).toEqual([shop.path('dist'), shop.path('dist-2')])
    expect(shop.has(`dist/server/${BUNDLE}`)).toBe(false)
  })

  test('as the disk has it, not as the bundler says', async () => {
    const session = open()
    output(session, 'dist', 'a.js')
    shop.put(['dist/copied/by/another/plugin.txt'])
    await session.finish()
    expect(shop.statement(`dist/${BUNDLE}`).subject.map(({ name }) => name)).toEqual([
      'a.js',
      'copied/by/another/plugin.txt',
    ])
  })

  test('in the folder that the option names, wherever the bundler wrote', async () => {
    const session = open({ roots: [shop.path('public')] })
    output(session, 'cache', 'a.js')
    shop.put(['public/index.html'])
    const report = await session.finish()
    expect(report?.roots).toMatchObject([{ directory: shop.path('public'), files: 1 }])
  })

  test('without the folders that are gone by then', async () => {
    const session = open()
    output(session, 'dist', 'a.js')
    output(session, 'prerender', 'p.js')
    rmSync(shop.path('prerender'), { recursive: true })
    expect((await session.finish())?.roots).toHaveLength(1)
  })

  test('once when two hooks close it at the same time', async () => {
    let calls = 0
    const session = open({ onSigned: () => void calls++ })
    output(session, 'dist', 'a.js')
    const [one, other] = await Promise.all([session.finish(), session.finish()])
    expect(one).toBe(other)
    expect(calls).toBe(1)
  })

  test('again when the same process builds again', async () => {
    const session = open()
    output(session, 'dist', 'a.js')
    await session.finish()
    session.start()
    output(session, 'dist', 'b.js')
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
    expect((await session.finish())?.roots[0]?.files).toBe(2)
    expect(await shop.verify('dist')).toMatchObject({ ok: true })
  })

  test.each([
    ['before it renders', ['start']],
    ['when it renders', ['begin', 'wrote']],
    ['in a first try that failed', ['start', 'begin', 'wrote', 'fail', 'finish', 'start']],
  ] as const)('again as a whole when the same process then builds into a part of it, known %s', async (_, hooks) => {
    const session = open()
    output(session, 'dist', 'a.js')
    await session.finish()
    for (const hook of hooks) await session[hook](shop.path('dist/server'))
    output(session, 'dist/server', 's.js')
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
    expect((await session.finish())?.roots).toMatchObject([{ directory: shop.path('dist'), files: 2 }])
    expect(await shop.verify('dist')).toMatchObject({ ok: true, files: { ok: 2 } })
  })

  test('without the rest of the folder when that is what a failed build left there', async () => {
    const session = open()
    output(session, 'dist', 'a.js')
    await session.finish()
    session.start(shop.path('dist'))
    output(session, 'dist', 'half.js')
    session.fail(new Error('x'))
    await session.finish()
    session.start(shop.path('dist/server'))
    output(session, 'dist/server', 's.js')
    expect((await session.finish())?.roots).toMatchObject([{ directory: shop.path('dist/server'), files: 1 }])
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
  })

  test('with the key as it is when the build begins, and not as it was for one that failed', async () => {
    const key = shop.read('key.pem')
    shop.put({ 'key.pem': 'no key' })
    const session = open()
    session.start()
    await setTimeout(50)
    session.fail(new Error('x'))
    await session.finish()
    shop.put({ 'key.pem': key })
    session.start()
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toBeDefined()
  })

  test('when it ends while another one beside it is being signed', async () => {
    const session = open()
    output(session, 'dist', 'a.js')
    const first = session.finish()
    output(session, 'dist-2', 'b.js')
    expect((await session.finish())?.roots).toMatchObject([{ directory: shop.path('dist-2') }])
    expect((await first)?.roots).toMatchObject([{ directory: shop.path('dist') }])
    for (const folder of ['dist', 'dist-2']) expect(await shop.verify(folder)).toMatchObject({ ok: true })
  })

  test('when it fails to be, and another one that ended meanwhile is all the same', async () => {
    const session = open()
    output(session, 'dist', 'a.js')
    shop.put({ [`dist/${BUNDLE}`]: '{"mine":true}' })
    const first = session.finish()
    output(session, 'dist-2', 'b.js')
    const second = session.finish()
    await expect(first).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect((await second)?.roots).toMatchObject([{ directory: shop.path('dist-2') }])
  })

  test('and then whoever hears of it may build again', async () => {
    let again: Promise<unknown> | undefined
    const session = open({
      onSigned: async () => {
        if (again !== undefined) return
        output(session, 'dist-2', 'b.js')
        again = session.finish()
        await again
      },
    })
    output(session, 'dist', 'a.js')
    expect((await session.finish())?.roots).toMatchObject([{ directory: shop.path('dist') }])
    expect(await again).toMatchObject({ roots: [{ directory: shop.path('dist-2') }] })
  })

  test('without the signatures of its parts when the same process built those before', async () => {
    const session = open()
    output(session, 'dist/client', 'a.js')
    output(session, 'dist/server', 's.js')
    expect((await session.finish())?.roots).toHaveLength(2)
    output(session, 'dist', 'index.html')
    expect((await session.finish())?.roots).toMatchObject([{ files: 3 }])
    expect(shop.has(`dist/client/${BUNDLE}`)).toBe(false)
  })

  test('after a build that failed, when the next one succeeds', async () => {
    const session = open()
    session.start()
    session.fail(new Error('x'))
    await session.finish()
    session.start()
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toBeDefined()
  })
})

describe('a build is not signed', () => {
  test('when nothing was written', async () => {
    const session = open()
    session.start()
    expect(await session.finish()).toBeUndefined()
    expect(log.lines).toEqual([])
  })

  test('while an output is not on disk, and is when it is', async () => {
    const session = open()
    output(session, 'dist', 'a.js')
    session.begin()
    expect(await session.finish()).toBeUndefined()
    shop.put(['dist/b.js'])
    session.wrote(shop.path('dist'))
    expect((await session.finish())?.roots[0]?.files).toBe(2)
  })

  test('when something failed, also when the host calls its last hook a second time without the error', async () => {
    const session = open()
    session.start()
    output(session, 'dist', 'a.js')
    session.fail(new Error('x'))
    expect(await session.finish()).toBeUndefined()
    expect(await session.finish()).toBeUndefined()
    output(session, 'dist', 'late.js')
    expect(await session.finish()).toBeUndefined()
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
    expect(log.lines).toEqual(['info not signed: the build failed'])
  })

  test('when it failed before it was even started', async () => {
    const session = open()
    session.fail(new Error('x'))
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toBeUndefined()
  })

  test('when it was given up', async () => {
    const session = open()
    output(session, 'dist', 'a.js')
    session.reset()
    expect(await session.finish()).toBeUndefined()
  })

  test('when the mode is off, and then nothing is touched', async () => {
    shop.put({ [`dist/${BUNDLE}`]: '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}' })
    const session = open({ mode: 'off', required: true })
    session.start()
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toBeUndefined()
    expect(shop.has(`dist/${BUNDLE}`)).toBe(true)
    expect(log.lines).toEqual([])
  })

  test('when a folder that was named is not there', async () => {
    const session = open({ roots: [shop.path('dist'), shop.path('gone')] })
    output(session, 'dist', 'a.js')
    await expect(session.finish()).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining(shop.path('gone')),
    })
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
  })

  test.each<[string, BuildOptions, RegExp | undefined]>([
    ['.hidden', {}, /dotfiles/],
    ['a.js', { exclude: ['a.js'] }, undefined],
    ['.hidden', { exclude: ['.hidden'], dotfiles: true }, undefined],
  ])('when the folder has no file that counts (%s, %o), and the advice fits', async (name, options, hint) => {
    const session = open(options)
    output(session, 'dist', name)
    await expect(session.finish()).rejects.toMatchObject({
      code: 'SUBJECT_INVALID',
      found: hint ? 'none that counts' : `only what \`exclude\` leaves out: ${name}`,
      hint: hint && expect.stringMatching(hint),
    })
  })

  test('when its bundle could not be kept, and then nothing is asked for or signed', async () => {
    shop.put(['dist/a.js', 'other/a.js'])
    const steps: string[] = []
    // The longest name that a file may have: none is left for the one under which it is written.
    const bundle = `${'b'.repeat(250)}.json`
    const signed = signBuild([shop.path('other'), shop.path('dist')], {
      env: shop.env,
      bundle,
      onStep: (step) => steps.push(step),
    })
    await expect(signed).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
    expect(steps).toEqual([])
    expect(readdirSync(shop.path('dist'))).toEqual(['a.js'])
  })
})

describe('the signature of an earlier build', () => {
  test('is removed when a build writes into its folder, before anything else can go wrong', async () => {
    const first = open()
    output(first, 'dist', 'a.js')
    await first.finish()
    const second = open()
    output(second, 'dist', 'b.js')
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
    second.fail(new Error('x'))
    await second.finish()
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
  })

  test('is removed when a build begins that will write there, or renders for it, so that it never outlives a failed one', async () => {
    for (const touch of ['start', 'begin'] as const) {
      const first = open()
      output(first, 'dist', 'a.js')
      await first.finish()
      open({ mode: 'off' })[touch](shop.path('dist'))
      open()[touch](shop.path('other'))
      expect(shop.has(`dist/${BUNDLE}`)).toBe(true)
      open()[touch](shop.path('dist'))
      expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
    }
  })

  test('is removed from the folders that the options name when a build begins', async () => {
    const first = open()
    output(first, 'dist', 'a.js')
    await first.finish()
    open({ roots: [shop.path('dist')] }).start(shop.path('cache'))
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
  })

  test('is removed in an output that now lies inside another', async () => {
    const first = open()
    output(first, 'dist/client', 'a.js')
    await first.finish()
    const second = open()
    output(second, 'dist', 'index.html')
    output(second, 'dist/client', 'a.js')
    expect((await second.finish())?.roots).toHaveLength(1)
    expect(shop.has(`dist/client/${BUNDLE}`)).toBe(false)
  })

  test("is removed with the checksum file that it names, but not with a user's own", async () => {
    const first = open({ mode: 'statement' })
    output(first, 'dist', 'a.js')
    await first.finish()
    expect(shop.has('dist/SHA256SUMS')).toBe(true)
    output(open(), 'dist', 'b.js')
    expect(shop.has('dist/SHA256SUMS')).toBe(false)
    expect(shop.has('dist/attestation.intoto.json')).toBe(false)
    shop.put(['dist/SHA256SUMS'])
    output(open(), 'dist', 'b.js')
    expect(shop.has('dist/SHA256SUMS')).toBe(true)
  })

  test.each([-10, 10])(
    'is removed, but not a checksum file that is another one than it names (%i s younger)',
    async (seconds) => {
      const first = open({ mode: 'statement' })
      output(first, 'dist', 'a.js')
      await first.finish()
      const time = Date.now() / 1000 + seconds
      shop.put({ 'dist/SHA256SUMS': 'mine' })
      utimesSync(shop.path('dist/SHA256SUMS'), time, time)
      output(open(), 'dist', 'b.js')
      expect(shop.has('dist/attestation.intoto.json')).toBe(false)
      expect(shop.read('dist/SHA256SUMS')).toBe('mine')
    },
  )

  test('is removed with its checksum file from a copy, whose times are others', async () => {
    const first = open({ mode: 'statement' })
    output(first, 'dist', 'a.js')
    await first.finish()
    utimesSync(shop.path('dist/attestation.intoto.json'), 1, 1)
    output(open(), 'dist', 'b.js')
    expect(shop.has('dist/SHA256SUMS')).toBe(false)
  })

  test.each<[string, object]>([
    ['a message signature', { messageSignature: {} }],
    ['provenance of another build type', { dsseEnvelope: { payload: payloadOf('https://example.com/workflow/v1') } }],
    ['an envelope of something else', { dsseEnvelope: { payload: 'bm8=' } }],
  ])(
    "is not a stranger's bundle under that name (%s): it stays, and signing over it is refused",
    async (_, content) => {
      const text = JSON.stringify({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', ...content })
      const session = open()
      session.start(shop.path('dist'))
      shop.put({ [`dist/${BUNDLE}`]: text })
      output(session, 'dist', 'a.js')
      await expect(session.finish()).rejects.toMatchObject({ code: 'FILE_EXISTS' })
      expect(shop.read(`dist/${BUNDLE}`)).toBe(text)
    },
  )

  test('is only what is recognised as one: a file of the user under that name stays, and signing over it is refused', async () => {
    shop.put({ [`dist/${BUNDLE}`]: '{"mine":true}' })
    const session = open()
    output(session, 'dist', 'a.js')
    await expect(session.finish()).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect(shop.read(`dist/${BUNDLE}`)).toBe('{"mine":true}')
  })

  test('is no link under that name that leads nowhere: it stays, too', async (context) => {
    shop.put(['dist/a.js'])
    try {
      symlinkSync(shop.path('nowhere'), shop.path(`dist/${BUNDLE}`))
    } catch {
      return context.skip('no right to make links on this machine')
    }
    await expect(signBuild(shop.path('dist'), { env: shop.env })).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect(lstatSync(shop.path(`dist/${BUNDLE}`)).isSymbolicLink()).toBe(true)
  })

  test.each([
    [BUNDLE, 'auto', /option `bundle`/],
    ['SHA256SUMS', 'statement', /give it another name/],
    ['attestation.intoto.json', 'statement', /give it another name/],
  ] as const)('is not a file of the user under the name %s, and the advice helps', async (name, mode, hint) => {
    shop.put({ 'dist/a.js': 'a', [`dist/${name}`]: 'mine' })
    await expect(signBuild(shop.path('dist'), { env: shop.env, mode })).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      hint: expect.stringMatching(hint),
    })
  })

  test('that a killed process left half-way is cleaned up, and nothing that only resembles it', async () => {
    const leftover = `dist/.${BUNDLE}.0123456789ab.sealwax-tmp`
    const others = [`dist/.${BUNDLE}.zz.sealwax-tmp`, 'dist/.other.json.0123456789ab.sealwax-tmp']
    shop.put([leftover, ...others])
    const session = open({ dotfiles: true })
    output(session, 'dist', 'a.js')
    await session.finish()
    expect(shop.has(leftover)).toBe(false)
    expect(others.every(shop.has)).toBe(true)
    expect(await shop.verify('dist')).toMatchObject({ ok: true, files: { ok: 3 } })
  })
})

describe('nobody to sign as', () => {
  const nobody = { env: {} }

  test('is one line of information by default, and nothing is read or written', async () => {
    const session = open(nobody)
    session.start()
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toBeUndefined()
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toMatch(/^info not signed: no identity on this machine/)
  })

  test('is a warning when a signature is not required', async () => {
    const session = open({ ...nobody, required: false })
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toBeUndefined()
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toMatch(/^warn not signed: /)
  })

  test.each<BuildOptions>([{}, { mode: 'keyless' }, { mode: 'key' }])(
    'fails the build when one is required (%o)',
    async (more) => {
      const session = open({ ...nobody, required: true, ...more })
      output(session, 'dist', 'a.js')
      await expect(session.finish()).rejects.toMatchObject({ code: 'IDENTITY_MISSING', hint: expect.any(String) })
    },
  )

  test.each<BuildOptions>([{ mode: 'keyless' }, { mode: 'key' }])(
    'is one line of information in a fork (%o)',
    async (more) => {
      const session = open({ ...nobody, ...more })
      output(session, 'dist', 'a.js')
      expect(await session.finish()).toBeUndefined()
      expect(log.lines).toEqual([expect.stringMatching(/^info not signed: no /)])
    },
  )

  test('is what a key in an empty variable means, as pull requests from forks have', async () => {
    const session = open({ env: { COSIGN_KEY: 'env://SIGNING_KEY', SIGNING_KEY: '' } })
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toBeUndefined()
    expect(log.lines).toEqual([expect.stringMatching(/^info not signed: /)])
  })
})

describe('a signature that was begun and failed', () => {
  const broken = (): Record<string, string> => {
    writeFileSync(shop.path('key.pem'), 'no key')
    return shop.env
  }

  test.each<[BuildOptions['required']]>([['auto'], [true]])(
    'fails the build when `required` is %o',
    async (required) => {
      const session = open({ env: broken(), required })
      session.start()
      output(session, 'dist', 'a.js')
      await expect(session.finish()).rejects.toMatchObject({ name: 'SealwaxError' })
      expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
    },
  )

  test('is a warning when a signature is not required', async () => {
    const session = open({ env: broken(), required: false })
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toBeUndefined()
    expect(log.lines).toEqual([expect.stringMatching(/^warn not signed: /)])
  })

  test('leaves no signature in any folder, not even in those where it went well', async () => {
    shop.put(['dist/a.js', 'zeta/b.js'])
    const onStep = (step: string): void => {
      if (step === 'check') rmSync(shop.path('zeta'), { recursive: true, force: true })
    }
    const folders = [shop.path('dist'), shop.path('zeta')]
    await expect(signBuild(folders, { env: shop.env, onStep })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    expect(shop.has(`dist/${BUNDLE}`)).toBe(false)
  })
})

describe('settings', () => {
  test('come from the options, then from the environment', async () => {
    const env = { ...shop.env, SEALWAX_MODE: 'off', SEALWAX_REQUIRED: 'true' }
    const off = open({ env })
    output(off, 'dist', 'a.js')
    expect(await off.finish()).toBeUndefined()
    const on = open({ env, mode: 'auto' })
    output(on, 'dist', 'a.js')
    expect(await on.finish()).toBeDefined()
  })

  test('prefer our variable to that of cosign, and an empty one counts as none', async () => {
    const { SEALWAX_KEY, SEALWAX_SIGNING_CONFIG = '' } = shop.env
    const session = open({
      env: { SEALWAX_KEY: '', COSIGN_KEY: SEALWAX_KEY, COSIGN_SIGNING_CONFIG: SEALWAX_SIGNING_CONFIG },
    })
    output(session, 'dist', 'a.js')
    expect(await session.finish()).toBeDefined()
  })

  test.each<[string, BuildOptions]>([
    ['an unknown mode', { env: { SEALWAX_MODE: 'sometimes' } }],
    ['an unknown `required`', { env: { SEALWAX_REQUIRED: 'maybe' } }],
    ['a bundle in a folder', { bundle: 'x/y.json' }],
    ['a bundle outside', { bundle: '../y.json' }],
    ['a bundle that upload actions drop', { bundle: '.y.json' }],
    ['a bundle that is a page', { bundle: 'index.html' }],
    ['a bundle in a stream', { bundle: 'a:b.json' }],
    ['a bundle that is a device on Windows', { bundle: 'nul.json' }],
    ['a bundle under the name of the unsigned statement', { bundle: 'Attestation.intoto.json' }],
  ])('are refused with %s', (_, options) => {
    expect(() => open(options)).toThrowError(expect.objectContaining({ code: 'USAGE' }))
  })

  test.each<[string, object, string]>([
    ['roots', { roots: 'dist' }, 'a list'],
    ['roots', { roots: [1] }, 'a list'],
    ['exclude', { exclude: 'x' }, 'a list'],
    ['exclude', { exclude: [''] }, 'a list'],
    ['bundle', { bundle: 5 }, 'text'],
    ['dotfiles', { dotfiles: 'false' }, 'true or false'],
    ['key', { key: Buffer.from('x') }, 'text'],
    ['roots', { roots: [] }, 'one or more'],
    ['exclude', { exclude: ['a.js', '../b.js'] }, 'a relative name'],
    ['exclude', { exclude: ['a//b.js'] }, 'a relative name'],
    ['exclude', { exclude: [String.raw`a\b.js`] }, 'a relative name'],
    ['bundle', { bundle: '' }, 'text'],
    ['key', { key: '' }, 'text'],
    ['key', { key: null }, 'text'],
    ['required', { required: null }, 'nothing at all'],
    ['env', { env: null }, 'an object'],
    ['onSigned', { onSigned: {} }, 'a function'],
    ['mode', { mode: 'sometimes' }, 'auto, keyless'],
    ['required', { required: 0 }, 'auto, true'],
  ])('name the option `%s` when plain JavaScript gives it something else: %o', async (name, options, expected) => {
    const error = { code: 'USAGE', message: `the option \`${name}\` is not usable` }
    const details = { ...error, expected: expect.stringContaining(expected) }
    expect(() => open(options)).toThrowError(expect.objectContaining(details))
    await expect(signBuild(shop.path('dist'), options)).rejects.toMatchObject(details)
  })

  test.each([[null], [42], ['dist'], [[]], [() => undefined]])('are an object, and not %o', async (options) => {
    const error = {
      code: 'USAGE',
      message: 'the options are not usable',
      expected: expect.stringContaining('an object'),
    }
    expect(() => openSession(randomUUID(), options as BuildOptions, log)).toThrowError(expect.objectContaining(error))
    await expect(signBuild(shop.path('dist'), options as BuildOptions)).rejects.toMatchObject(error)
  })

  test('may name a folder to leave out with a slash at its end', async () => {
    const session = open({ exclude: ['maps/'] })
    output(session, 'dist', 'a.js', 'maps/a.map')
    expect((await session.finish())?.roots).toMatchObject([{ files: 1 }])
  })

  test.each([
    ['require', 'required'],
    ['Required', 'required'],
    ['requierd', 'required'],
    ['exlude', 'exclude'],
    ['bundleName', undefined],
    ['password', undefined],
    ['toString', undefined],
  ])('know no option `%s`, and guess what was meant: %s', (name, meant) => {
    const hint = meant && `did you mean \`${meant}\`?`
    const options = { [name]: true }
    expect(() => open(options)).toThrowError(expect.objectContaining({ code: 'USAGE', found: name, hint }))
  })

  test('name the variable that holds what makes no sense', () => {
    for (const name of ['SEALWAX_MODE', 'SEALWAX_REQUIRED'])
      expect(() => open({ env: { [name]: 'x' } })).toThrowError(
        expect.objectContaining({ message: `the variable ${name} is not usable` }),
      )
  })

  test('read roots from the folder that is built', async () => {
    shop.put(['public/index.html'])
    const session = openSession(shop.path('.'), { env: shop.env, roots: ['public'] }, log)
    output(session, 'cache', 'a.js')
    expect((await session.finish())?.roots).toMatchObject([{ directory: shop.path('public') }])
  })

  test('that are the same in two plugins of one process lead to one signature, which both hear of', async () => {
    const home = randomUUID()
    const heard: unknown[] = []
    const [one, other] = [1, 2].map(() =>
      openSession(home, { env: { ...shop.env }, exclude: [], onSigned: (report) => void heard.push(report) }, log),
    )
    one?.start()
    other?.start()
    one?.begin()
    output(other as BuildSession, 'dist-2', 'b.js')
    expect(await other?.finish()).toBeUndefined()
    shop.put(['dist/a.js'])
    one?.wrote(shop.path('dist'))
    const report = await one?.finish()
    expect(report?.roots).toHaveLength(2)
    expect(heard).toEqual([report, report])
  })

  test('of one build do not hold for another one beside it', async () => {
    const home = randomUUID()
    const heard: (readonly string[])[] = []
    const onSigned: BuildOptions['onSigned'] = ({ roots }) => void heard.push(roots.map(({ directory }) => directory))
    const folders = ['off', 'named', 'strict']
    const [off, named, strict] = [
      { mode: 'off' as const, onSigned },
      { bundle: 'other.json', exclude: ['x.js'], onSigned },
      { required: true, env: {} },
    ].map((options) => openSession(home, { env: shop.env, ...options }, log)) as [
      BuildSession,
      BuildSession,
      BuildSession,
    ]
    for (const [at, session] of [off, named, strict].entries()) {
      session.start(shop.path(`${folders[at]}`))
      output(session, `${folders[at]}`, 'a.js', 'x.js')
    }
    expect(await off.finish()).toBeUndefined()
    expect((await named.finish())?.roots).toMatchObject([{ directory: shop.path('named'), files: 1 }])
    await expect(strict.finish()).rejects.toMatchObject({ code: 'IDENTITY_MISSING' })
    expect(readdirSync(shop.path('off'))).toEqual(['a.js', 'x.js'])
    expect(readdirSync(shop.path('named'))).toEqual(['a.js', 'other.json', 'x.js'])
    expect(heard).toEqual([[shop.path('named')]])
  })

  test("of another build, which writes into the same folder later, take that folder's signature over", async () => {
    const home = randomUUID()
    const one = openSession(home, { env: shop.env, bundle: 'one.json' }, log)
    output(one, 'dist', 'a.js')
    await one.finish()
    const other = openSession(home, { env: shop.env, bundle: 'other.json' }, log)
    other.start(shop.path('dist'))
    expect(shop.has('dist/one.json')).toBe(false)
    output(other, 'dist', 'b.js')
    expect((await other.finish())?.roots).toMatchObject([{ bundle: shop.path('dist/other.json'), files: 2 }])
  })
})
