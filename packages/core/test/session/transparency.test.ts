import { readFileSync } from 'node:fs'
import { type Sandbox, startSandbox } from '@sealwax/sandbox'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseBundle } from '../../src/bundle/index.ts'
import { createSealer, signBuild, type SignBuildOptions } from '../../src/session/index.ts'
import { BUNDLE, openWorkshop, type Workshop } from './workshop.ts'

let sandbox: Sandbox
let shop: Workshop
let first = 0
const files = openWorkshop()

beforeAll(async () => {
  sandbox = await startSandbox({ directory: files.path('sandbox') })
})
afterAll(async () => {
  await sandbox.close()
  files.close()
})
beforeEach(() => {
  shop = openWorkshop()
  shop.put(['dist/a.js'])
  first = sandbox.requests.length
})
afterEach(() => shop.close())

const asked = (): string[] => [
  ...new Set(
    sandbox.requests
      .slice(first)
      .filter(({ method }) => method === 'POST')
      .map(({ service }) => service),
  ),
]
async function sign(options: SignBuildOptions, more: Record<string, string> = {}): Promise<[number, number]> {
  const keyless = await sandbox.environment({ kind: 'github' })
  await signBuild(shop.path('dist'), { ...options, env: { ...keyless, ...more } })
  const { tlogEntries, timestampVerificationData } = parseBundle(
    readFileSync(shop.path(`dist/${BUNDLE}`)),
  ).verificationMaterial
  return [tlogEntries.length, timestampVerificationData?.rfc3161Timestamps.length ?? 0]
}

test('log, the default: what the signing config names', async () => {
  expect(await sign({})).toEqual([1, 1])
  expect(await sign({ transparency: 'log' })).toEqual([1, 1])
  expect(asked().sort()).toEqual(['fulcio', 'rekor', 'timestamp'])
})

test('timestamp: no log is asked, and the timestamp is enough for a certificate', async () => {
  expect(await sign({ transparency: 'timestamp' })).toEqual([0, 1])
  expect(asked().sort()).toEqual(['fulcio', 'timestamp'])
})

test('none: nobody is asked when a key signs', async () => {
  expect(await sign({ transparency: 'none', key: shop.path('key.pem') })).toEqual([0, 0])
  expect(asked()).toEqual([])
})

test('none without a key is refused before anybody is asked', async () => {
  await expect(sign({ transparency: 'none' })).rejects.toMatchObject({
    code: 'USAGE',
    hint: expect.stringContaining('nothing would show that it was valid'),
  })
  expect(asked()).toEqual([])
  await expect(createSealer({ transparency: 'none', env: {} })).rejects.toMatchObject({ code: 'USAGE' })
})

test('timestamp with a signing config that names no authority is refused before anybody is asked', async () => {
  const signingConfig = shop.path('none.json')
  await expect(sign({ transparency: 'timestamp', signingConfig })).rejects.toMatchObject({
    code: 'SIGNING_CONFIG_INVALID',
  })
  expect(asked()).toEqual([])
})

test('the option wins over the variable, and the variable over the default', async () => {
  expect(await sign({}, { SEALWAX_TRANSPARENCY: 'timestamp' })).toEqual([0, 1])
  expect(await sign({ transparency: 'log' }, { SEALWAX_TRANSPARENCY: 'timestamp' })).toEqual([1, 1])
})

test.each([
  [{ transparency: 'rekor' as never }, {}, 'the option `transparency`'],
  [{}, { SEALWAX_TRANSPARENCY: 'maybe' }, 'the variable SEALWAX_TRANSPARENCY'],
  [{ timestampClient: { certificate: 'x' } as never }, {}, 'the option `timestampClient`'],
  [{ timestampClient: { cert: 5 } as never }, {}, 'the option `timestampClient`'],
  [{ caFile: 5 as never }, {}, 'the option `caFile`'],
])('a value that means nothing is refused: %j %j', async (options, more, where) => {
  await expect(sign(options, more)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining(where),
  })
})

test.each([
  [{ caFile: '/nowhere/ca.pem' }, {}],
  [{}, { SEALWAX_CA_FILE: '/nowhere/ca.pem' }],
  [{ timestampClient: { ca: '/nowhere/ca.pem' } }, {}],
  [{}, { COSIGN_TIMESTAMP_CLIENT_CACERT: '/nowhere/ca.pem' }],
])('files for connections are read before anybody is asked: %j %j', async (options, more) => {
  await expect(sign(options, more as Record<string, string>)).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
    message: expect.stringContaining('/nowhere/ca.pem'),
  })
  expect(asked()).toEqual([])
})
