// What happens in which order, and what does not happen when something before it fails.
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@sealwax/sandbox'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { generateSigner } from '../../src/keys/signing.ts'
import { createSealer, openSession, signBuild } from '../../src/session/index.ts'
import { listFiles, measureSteps } from '../../src/subject/index.ts'
import { openLog, openWorkshop, type Workshop } from './workshop.ts'

let sandbox: Sandbox
let shop: Workshop
const services = openWorkshop()

beforeAll(async () => {
  sandbox = await startSandbox({ directory: services.path('sandbox') })
})
afterAll(async () => {
  await sandbox.close()
  services.close()
})
beforeEach(() => {
  shop = openWorkshop()
  shop.put(['dist/a.js', 'server/s.js'])
})
afterEach(() => shop.close())

const entries = (): number =>
  sandbox.requests.filter(({ service, method }) => service === 'rekor' && method === 'POST').length

test('one of several folders that cannot be read keeps all of them out of the log', async () => {
  const before = entries()
  const env = await sandbox.environment({ kind: 'github' })
  const signing = signBuild([shop.path('dist'), shop.path('server')], {
    env,
    // It is listed by then, and not yet read.
    onStep: (step) => step === 'identity' && rmSync(shop.path('server/s.js'), { force: true }),
  })
  await expect(signing).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(entries()).toBe(before)
})

test('a file that vanishes while a person is asked for consent fails the signature, and not the process', async () => {
  const unheard = vi.fn()
  process.on('unhandledRejection', unheard)
  const { trustedRoot, signingConfig } = sandbox.files
  const sealer = await createSealer({
    signer: generateSigner(),
    trustedRoot,
    signingConfig,
    consent: () => new Promise((resolve) => setTimeout(resolve, 200)),
  })
  const payload = Promise.reject<Buffer>(new Error('the file is gone'))
  await expect(sealer.sealEnvelope('application/vnd.in-toto+json', payload)).rejects.toThrow('the file is gone')
  process.off('unhandledRejection', unheard)
  expect(unheard).not.toHaveBeenCalled()
})

test('a key that cannot sign attestations ends a build whose signature is not required with a word, and nothing else', async () => {
  const unheard = vi.fn()
  process.on('unhandledRejection', unheard)
  const { trustedRoot, signingConfig } = sandbox.files
  const key = shop.path('p521.pem')
  writeFileSync(
    key,
    generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )
  const log = openLog()
  const session = openSession(shop.path('dist'), { key, required: false, trustedRoot, signingConfig, env: {} }, log)
  session.start()
  session.begin()
  session.wrote(shop.path('dist'))
  rmSync(shop.path('dist/a.js'))
  writeFileSync(shop.path('dist/b.js'), 'b')
  expect(await session.finish()).toBeUndefined()
  await new Promise((resolve) => setTimeout(resolve, 50))
  process.off('unhandledRejection', unheard)
  expect(unheard).not.toHaveBeenCalled()
})

test('a signature can be cancelled while its content is still being made', async () => {
  const { trustedRoot, signingConfig } = sandbox.files
  const controller = new AbortController()
  const sealer = await createSealer({ signer: generateSigner(), trustedRoot, signingConfig, signal: controller.signal })
  const sealing = sealer.sealEnvelope('application/vnd.in-toto+json', new Promise<Buffer>(() => undefined))
  setTimeout(() => controller.abort(), 50)
  await expect(sealing).rejects.toMatchObject({ code: 'CANCELLED' })
})

test('a large file lets the process breathe while it is hashed, and has the same digest', () => {
  writeFileSync(shop.path('dist/large.bin'), 'x')
  truncateSync(shop.path('dist/large.bin'), 40_000_000)
  const steps = measureSteps(shop.path('dist/large.bin'))
  let pauses = 0
  let step = steps.next()
  for (; !step.done; step = steps.next()) pauses++
  expect(pauses).toBe(2)
  // printf x >large.bin; truncate -s 40000000 large.bin; sha256sum large.bin
  expect(step.value.digest).toBe('bd2d98357b330485bd0c9c7c0dcd52307ddeddd33a9003f919e61e5d58652d9b')
})

test.skipIf(process.platform === 'win32')('a link to the signature itself is refused, and says why', async () => {
  symlinkSync('attestation.sigstore.json', shop.path('dist/link'))
  writeFileSync(shop.path('dist/attestation.sigstore.json'), '{}')
  expect(() =>
    listFiles(shop.path('dist'), {
      dotfiles: false,
      exclude: new Set(['attestation.sigstore.json']),
      own: new Set(['attestation.sigstore.json']),
    }),
  ).toThrow(expect.objectContaining({ found: 'a link to the signature of the folder' }))
})

test.skipIf(process.platform === 'win32')(
  'few folders full of links to each other are refused before they cost minutes',
  () => {
    const root = shop.path('hostile')
    for (let depth = 0; depth <= 20; depth++) mkdirSync(join(root, `d${depth}`), { recursive: true })
    for (let depth = 0; depth < 20; depth++)
      for (const name of ['a', 'b']) symlinkSync(`../d${depth + 1}`, join(root, `d${depth}`, name))
    const begin = process.cpuUsage()
    expect(() => listFiles(root, { dotfiles: false, exclude: new Set() })).toThrow(
      expect.objectContaining({ code: 'SUBJECT_INVALID' }),
    )
    const { user, system } = process.cpuUsage(begin)
    expect((user + system) / 1e6).toBeLessThan(30)
  },
)
