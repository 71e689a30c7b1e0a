// Files that are too large for the machine, or made to be: what signing and verifying them costs, as the system measures it.
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '@sealwax/core'
import { makeFolder, type Run, sealwax } from './command.ts'

const folder = makeFolder()
const path = (name: string): string => join(folder.path, name)
const put = (name: string, text: string): void => writeFileSync(path(name), text)
const none = { COSIGN_PASSWORD: 'swordfish', COSIGN_SIGNING_CONFIG: 'none.json' }

/** A file of zeros for which the disk has no room to give. */
function putSparse(name: string, bytes: number): void {
  const file = openSync(path(name), 'w')
  ftruncateSync(file, bytes)
  closeSync(file)
}

interface Cost {
  readonly run: Run
  /** MB, at most, that were in memory. */
  readonly memory: number
  /** Milliseconds of CPU. */
  readonly cpu: number
}

// Loaded before the command, and told by it when it ends.
const meter = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  require('node:fs').writeFileSync(process.env.METER, JSON.stringify({ maxRSS, cpu: userCPUTime + systemCPUTime }))
})`

async function cost(...args: readonly string[]): Promise<Cost> {
  const env = {
    ...none,
    NODE_OPTIONS: `--require "${path('meter.cjs').replaceAll('\\', '/')}"`,
    METER: path('meter.json'),
  }
  const run = await sealwax(args, { cwd: folder.path, env })
  const { maxRSS, cpu } = JSON.parse(readFileSync(path('meter.json'), 'utf8')) as { maxRSS: number; cpu: number }
  return { run, memory: Math.round(maxRSS / 1024), cpu: Math.round(cpu / 1000) }
}

beforeAll(async () => {
  put('meter.cjs', meter)
  const mediaType = 'application/vnd.dev.sigstore.signingconfig.v0.2+json'
  put('none.json', JSON.stringify({ mediaType, rekorTlogConfig: {}, tsaConfig: {} }))
  put('small.txt', 'small\n')
  await sealwax(['generate-key-pair'], { cwd: folder.path, env: none })
  await sealwax(['sign-blob', '--key', 'cosign.key', 'small.txt'], { cwd: folder.path, env: none })
})
afterAll(() => folder.remove())

const verify = ['verify-blob', '--key', 'cosign.pub', '--insecure-ignore-tlog']

// Windows writes the zeros.
test.skipIf(process.platform === 'win32')('a file of 4 GB is signed and verified in less than 150 MB', async () => {
  putSparse('large.bin', 4 * 1024 ** 3)
  const signed = await cost('sign-blob', '--key', 'cosign.key', 'large.bin')
  expect(signed.run, signed.run.stderr).toMatchObject({ code: 0 })
  const verified = await cost(...verify, 'large.bin')
  expect(verified.run, verified.run.stderr).toMatchObject({ code: 0 })
  console.log('4 GB:', signed.memory, signed.cpu, verified.memory, verified.cpu)
  expect(signed.memory).toBeLessThan(150)
  expect(verified.memory).toBeLessThan(150)
})

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
const statement = (predicate: string): string =>
  `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"small.txt","digest":{"sha256":"${'0'.repeat(64)}"}}],"predicateType":"https://acme.example/v1","predicate":${predicate}}`
const inEnvelope = (payload: string): string =>
  JSON.stringify({
    ...JSON.parse(readFileSync(path('small.txt.sigstore.json'), 'utf8')),
    messageSignature: undefined,
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: 'AAAA' }],
    },
  })
const million = (open: string): string => `${open}${'{},'.repeat(999_999)}{}]}`
const root = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1",'
const bundle = '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{},'
const logKey = `{"baseUrl":"https://log.example","hashAlgorithm":"SHA2_256","publicKey":{},"logId":{}},`

interface Hostile {
  readonly what: string
  readonly content: () => string | number
  /** How the file is given. */
  readonly args: (name: string) => readonly string[]
  readonly words: string
}
const asBundle = (name: string): string[] => [...verify, '--bundle', name, 'small.txt']
const asRoot = (name: string): string[] => [...verify, '--trusted-root', name, 'small.txt']
const asConfig = (name: string): string[] => [
  'sign-blob',
  '--key',
  'cosign.key',
  '--signing-config',
  name,
  '--bundle',
  'out.json',
  'small.txt',
]
const asStatement = (name: string): string[] => [
  'verify-blob-attestation',
  '--key',
  'cosign.pub',
  '--insecure-ignore-tlog',
  '--bundle',
  name,
  'small.txt',
]

const hostile: readonly Hostile[] = [
  { what: 'a bundle of 1 GB', content: () => 1024 ** 3, args: asBundle, words: 'the bundle is too large' },
  { what: 'a trusted root of 1 GB', content: () => 1024 ** 3, args: asRoot, words: 'the trusted root is too large' },
  {
    what: 'a signing config of 1 GB',
    content: () => 1024 ** 3,
    args: asConfig,
    words: 'the signing config is too large',
  },
  {
    what: 'a statement of 30 MB',
    content: () => inEnvelope(statement(`"${'x'.repeat(30e6)}"`)),
    args: asStatement,
    words: 'the bundle is too large',
  },
  {
    what: 'a trusted root with a million logs',
    content: () => `${root}"tlogs":[${logKey.repeat(1e6)}{}]}`,
    args: asRoot,
    words: 'the trusted root is too large',
  },
  {
    what: 'a trusted root with a million empty logs',
    content: () => million(`${root}"tlogs":[`),
    args: asRoot,
    words: 'the trusted root is not valid',
  },
  {
    what: 'a trusted root with a million empty authorities',
    content: () => million(`${root}"certificateAuthorities":[`),
    args: asRoot,
    words: 'the trusted root is not valid',
  },
  {
    what: 'a bundle with a million entries',
    content: () => `${million(`${bundle}"tlogEntries":[`)}}`,
    args: asBundle,
    words: 'the bundle is not valid',
  },
  {
    what: 'a bundle with a million members',
    content: () => `{${Array.from({ length: 1e6 }, (_, index) => `"m${index}":0`).join()}}`,
    args: asBundle,
    words: 'the bundle is not valid',
  },
  {
    what: 'a bundle 10,000 deep',
    content: () => nested(10_000),
    args: asBundle,
    words: 'the bundle is nested too deeply',
  },
  {
    what: 'a bundle 10 million deep',
    content: () => nested(1e7),
    args: asBundle,
    words: 'the bundle is nested too deeply',
  },
  {
    what: 'a trusted root 10,000 deep',
    content: () => `${root}"tlogs":${nested(10_000)}}`,
    args: asRoot,
    words: 'the trusted root is nested too deeply',
  },
  {
    what: 'a signing config 10,000 deep',
    content: () => nested(10_000),
    args: asConfig,
    words: 'the signing config is nested too deeply',
  },
  {
    what: 'a statement 10,000 deep',
    content: () => inEnvelope(statement(nested(10_000))),
    args: asStatement,
    words: 'the statement is nested too deeply',
  },
]

test.each(hostile)('$what is refused in 2 seconds and 250 MB', async ({ content, args, words }) => {
  const given = content()
  if (typeof given === 'number') putSparse('hostile.json', given)
  else put('hostile.json', given)
  const { run, memory, cpu } = await cost(...args('hostile.json'))
  console.log(memory, cpu, run.code, run.stderr.slice(0, 300))
  expect(run.code).not.toBe(0)
  expect(run.stdout + run.stderr).toContain(words)
  expect(memory).toBeLessThan(250)
  expect(cpu).toBeLessThan(2000)
})
