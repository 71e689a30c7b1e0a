// Files that are too large for the machine, or made to be: what signing and verifying them costs, as the system measures it.
import { generateKeyPairSync } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { good, makeFolder, type Run, sealwax } from './command.ts'

const folder = makeFolder()
const path = (name: string): string => join(folder.path, name)
const put = (name: string, text: string): void => writeFileSync(path(name), text)
const none = { COSIGN_SIGNING_CONFIG: 'none.json' }

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
  // Not encrypted: to open a key takes 64 MB by itself, which is what makes guessing its password dear (RFC 7914).
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  put('key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  put('key.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString())
  await good(sealwax(['sign-blob', '--key', 'key.pem', 'small.txt'], { cwd: folder.path, env: none }))
})
afterAll(() => folder.remove())

const verify = ['verify-blob', '--key', 'key.pub', '--insecure-ignore-tlog']

// Windows gives such a file all its room.
test.skipIf(process.platform === 'win32')(
  'a file of 4 GB is signed and verified in less than 150 MB',
  async () => {
    putSparse('large.bin', 4 * 1024 ** 3)
    const signed = await cost('sign-blob', '--key', 'key.pem', 'large.bin')
    expect(signed.run, signed.run.stderr).toMatchObject({ code: 0 })
    const verified = await cost(...verify, 'large.bin')
    expect(verified.run, verified.run.stderr).toMatchObject({ code: 0 })
    expect(signed.memory).toBeLessThan(150)
    expect(verified.memory).toBeLessThan(150)
  },
  120_000,
)

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
const logKey = '{"baseUrl":"https://log.example","hashAlgorithm":"SHA2_256","publicKey":{},"logId":{}},'
const gigabyte = 1024 ** 3

/** How the file is given. */
const asBundle = [...verify, 'small.txt', '--bundle']
const asRoot = [...verify, 'small.txt', '--trusted-root']
const asConfig = ['sign-blob', '--key', 'key.pem', '--bundle', 'out.json', 'small.txt', '--signing-config']
const asStatement = ['verify-blob-attestation', ...verify.slice(1), 'small.txt', '--bundle']

/** What it is, in what it is given, what it holds (a number: so many zeros), and why it is refused. */
const hostile: readonly (readonly [string, readonly string[], () => string | number, string])[] = [
  ['a bundle of 1 GB', asBundle, () => gigabyte, 'bundle is too large'],
  ['a signing config of 1 GB', asConfig, () => gigabyte, 'signing config is too large'],
  ['a statement of 30 MB', asStatement, () => inEnvelope(statement(`"${'x'.repeat(30e6)}"`)), 'bundle is too large'],
  ['a root with a million logs', asRoot, () => `${root}"tlogs":[${logKey.repeat(1e6)}{}]}`, 'root is too large'],
  ['a root with a million empty logs', asRoot, () => million(`${root}"tlogs":[`), 'root is not valid'],
  ['a root with a million empty CAs', asRoot, () => million(`${root}"certificateAuthorities":[`), 'root is not valid'],
  ['a bundle with a million entries', asBundle, () => `${million(`${bundle}"tlogEntries":[`)}}`, 'bundle is not valid'],
  ['a bundle 10,000 deep', asBundle, () => nested(10_000), 'bundle is nested too deeply'],
  ['a bundle 10 million deep', asBundle, () => nested(1e7), 'bundle is nested too deeply'],
  ['a root 10,000 deep', asRoot, () => `${root}"tlogs":${nested(10_000)}}`, 'root is nested too deeply'],
  ['a signing config 10,000 deep', asConfig, () => nested(10_000), 'signing config is nested too deeply'],
  ['a statement 10,000 deep', asStatement, () => inEnvelope(statement(nested(1e4))), 'statement is nested too deeply'],
]

test.each(hostile)('%s is refused in 2 seconds of CPU and 250 MB', async (_, args, content, words) => {
  const given = content()
  if (typeof given === 'number') putSparse('hostile.json', given)
  else put('hostile.json', given)
  const { run, memory, cpu } = await cost(...args, 'hostile.json')
  expect(run.code).not.toBe(0)
  expect(run.stdout + run.stderr).toContain(words)
  expect(memory).toBeLessThan(250)
  expect(cpu).toBeLessThan(2000)
})
