// sign-bundle against a sandbox: what it writes holds for verify-bundle and for the JavaScript Sigstore library, and nothing else does.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sandbox, startSandbox } from '@sealwax/sandbox'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { answer as answerIn } from '../src/client.ts'
import { answer, codesOf, refusal, runProcess } from './client.ts'
import { digestOf, folder } from './suite.ts'

const temporary = mkdtempSync(join(tmpdir(), 'sealwax-sign-'))
const at = (name: string): string => join(temporary, name)
let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox({ directory: at('sandbox') })
})
afterAll(async () => {
  await sandbox.close()
  rmSync(temporary, { recursive: true, force: true })
})

const dev = { kind: 'email', email: 'dev@acme.example' } as const
const issuer = 'https://github.com/login/oauth'
const artifact = join(folder, 'a.txt')
const statement = join(folder, 'statement.json')

type Log = 'rekor' | 'rekor2'

/** A signing call of the suite's. `token` is the one of `dev` unless another is given. */
async function signing(bundle: string, file: string, log: Log, token?: string): Promise<string[]> {
  const inToto = file === statement ? ['--in-toto'] : []
  const config = log === 'rekor' ? sandbox.files.signingConfig : sandbox.files.signingConfigRekor2
  const services = ['--trusted-root', sandbox.files.trustedRoot, '--signing-config', config]
  const identity = ['--identity-token', token ?? (await sandbox.token(dev))]
  return ['sign-bundle', ...inToto, ...identity, '--bundle', bundle, ...services, file]
}

function verifying(bundle: string, subject: string, who: string = dev.email, by: string = issuer): string[] {
  const identity = ['--certificate-identity', who, '--certificate-oidc-issuer', by]
  return ['verify-bundle', '--bundle', bundle, ...identity, '--trusted-root', sandbox.files.trustedRoot, subject]
}

interface BundleJson {
  readonly verificationMaterial: {
    readonly certificate?: object
    readonly tlogEntries: readonly { readonly kindVersion: { readonly kind: string; readonly version: string } }[]
  }
  readonly dsseEnvelope?: { readonly payload: string }
  readonly messageSignature?: object
}

const read = (path: string): BundleJson => JSON.parse(readFileSync(path, 'utf8')) as BundleJson

/** Whom the library finds to have signed. It throws when anything does not hold. */
function signerOf(path: string, content?: Buffer): unknown {
  const root = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(readFileSync(sandbox.files.trustedRoot, 'utf8'))))
  const entity = toSignedEntity(bundleFromJSON(read(path)), content)
  return new Verifier(root, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 }).verify(entity).identity
}

describe.each<[Log, string, string, string]>([
  ['rekor', 'file', artifact, 'hashedrekord 0.0.1'],
  ['rekor', 'statement', statement, 'dsse 0.0.1'],
  ['rekor2', 'file', artifact, 'hashedrekord 0.0.2'],
  ['rekor2', 'statement', statement, 'hashedrekord 0.0.2'],
])('with %s, a %s', (log, what, file, kind) => {
  const bundle = at(`${log}-${what}.sigstore.json`)
  const digest = digestOf(readFileSync(artifact))

  let signed: unknown
  beforeAll(async () => {
    signed = await answer(await signing(bundle, file, log))
  })

  test('is signed; by path and by digest it holds for us, and it holds for the library', async () => {
    expect(signed).toEqual({ code: 0, stdout: `wrote ${bundle}\n`, stderr: '' })
    for (const subject of [artifact, digest])
      expect(await answer(verifying(bundle, subject))).toMatchObject({ code: 0, stderr: '' })
    const found = signerOf(bundle, file === statement ? undefined : readFileSync(file))
    expect(found).toMatchObject({ subjectAlternativeName: dev.email, extensions: { issuer } })
  })

  test('becomes the kind of bundle and of log entry that the suite looks for', () => {
    const { verificationMaterial, dsseEnvelope, messageSignature } = read(bundle)
    const [entry] = verificationMaterial.tlogEntries
    expect(`${entry?.kindVersion.kind} ${entry?.kindVersion.version}`).toBe(kind)
    // One certificate, so that there is no root among others.
    expect(verificationMaterial.certificate).toBeDefined()
    expect([dsseEnvelope === undefined, messageSignature === undefined]).toEqual([
      file !== statement,
      file === statement,
    ])
    // The statement's own bytes.
    if (dsseEnvelope) expect(Buffer.from(dsseEnvelope.payload, 'base64').equals(readFileSync(statement))).toBe(true)
  })

  test('does not hold for another artifact, signer or Sigstore', async () => {
    expect(await refusal(verifying(bundle, join(folder, 'statement.json')))).toContain('ARTIFACT_MISMATCH')
    expect(await refusal(verifying(bundle, digest.replace(/.$/, 'x')))).toEqual(['FILE_NOT_FOUND'])
    expect(await refusal(verifying(bundle, digestOf(Buffer.of())))).toContain('ARTIFACT_MISMATCH')
    expect(await refusal(verifying(bundle, artifact, 'dev@acme.examplE'))).toContain('IDENTITY_MISMATCH')
    expect(await refusal(verifying(bundle, artifact, dev.email, `${issuer}/`))).toContain('IDENTITY_MISMATCH')
    const elsewhere = verifying(bundle, artifact).filter(
      (one) => one !== '--trusted-root' && one !== sandbox.files.trustedRoot,
    )
    expect(await refusal(elsewhere)).toContain('LOG_MISSING')
  })

  test('does not hold with a byte of it changed', async () => {
    const text = readFileSync(bundle, 'utf8')
    const altered = (member: string): string => at(`${log}-${what}-${member}.json`)
    const members = ['signature', 'sig', 'payload', 'signedTimestamp', 'canonicalizedBody', 'rootHash', 'envelope']
    const changed = members.filter((member) => {
      const [, value] = new RegExp(`"${member}":\\s*"([^"]{20,})"`).exec(text) ?? []
      if (value === undefined) return false
      const middle = value.length >> 1
      const letter = value[middle] === 'A' ? 'B' : 'A'
      writeFileSync(altered(member), text.replace(value, value.slice(0, middle) + letter + value.slice(middle + 1)))
      return true
    })
    expect(changed.length).toBeGreaterThanOrEqual(5)
    for (const member of changed)
      expect((await refusal(verifying(altered(member), artifact))).length, member).toBeGreaterThan(0)
  })
})

test('a CI job signs, in a process of its own', async () => {
  const job = { kind: 'github', repository: 'acme/app' } as const
  const bundle = at('job.sigstore.json')
  const signed = await runProcess(await signing(bundle, artifact, 'rekor', await sandbox.token(job)))
  expect(signed).toEqual({ code: 0, stdout: `wrote ${bundle}\n`, stderr: '' })
  const { subjectAlternativeName } = signerOf(bundle, readFileSync(artifact)) as { subjectAlternativeName: string }
  const by = 'https://token.actions.githubusercontent.com'
  expect(await runProcess(verifying(bundle, artifact, subjectAlternativeName, by))).toMatchObject({ code: 0 })
})

test.each([
  ['the public Sigstore', [], '.sigstore.dev'],
  ['its staging instance', ['--staging'], '.sigstage.dev'],
])('without files it is %s that is asked', async (_, flag, domain) => {
  // A proxy that lets nobody through: nothing leaves this machine.
  const asked: (string | undefined)[] = []
  const proxy = createServer().on('connect', ({ url }, socket) => {
    asked.push(url)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const env = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }
  const token = ['--identity-token', await sandbox.token(dev)]
  const outcome = await answerIn(['sign-bundle', ...flag, ...token, '--bundle', at('public.json'), artifact], env)
  proxy.close()
  expect(codesOf(outcome)[0]).toMatch(/^SERVICE_/)
  expect(asked).toContainEqual(`fulcio${domain}:443`)
  expect(asked.filter((host) => host?.endsWith(`${domain}:443`) !== true)).toEqual([])
})

describe('nothing is written, and the token is not told,', () => {
  const bundle = at(join('never', 'file.sigstore.json'))
  beforeEach(() => mkdirSync(at('never')))
  afterEach(() => rmSync(at('never'), { recursive: true }))

  async function expectNothing(argv: readonly string[], code: string): Promise<void> {
    const outcome = await answer(argv)
    expect(codesOf(outcome)).toEqual([code])
    const token = argv[argv.indexOf('--identity-token') + 1] as string
    for (const part of token.split('.')) if (part !== '') expect(outcome.stderr).not.toContain(part)
    expect(readdirSync(at('never'))).toEqual([])
  }

  test('for a token that has ended', async () => {
    const token = await sandbox.token(dev, { ttl: -60 })
    await expectNothing(await signing(bundle, artifact, 'rekor', token), 'TOKEN_EXPIRED')
  })

  test('for a token that is none', async () => {
    await expectNothing(await signing(bundle, artifact, 'rekor', 'eyJhbGci.marked.secret'), 'TOKEN_INVALID')
  })

  test('for a token that the certificate authority does not believe', async () => {
    const [head, claims] = (await sandbox.token(dev)).split('.')
    const token = [head, claims, Buffer.alloc(64, 7).toString('base64url')].join('.')
    await expectNothing(await signing(bundle, artifact, 'rekor', token), 'SERVICE_REFUSED')
  })

  test('for a file that is not there', async () => {
    await expectNothing(await signing(bundle, at('missing'), 'rekor'), 'FILE_NOT_FOUND')
  })

  test('for a statement that is none, before anybody is asked', async () => {
    const before = sandbox.requests.length
    const argv = await signing(bundle, artifact, 'rekor')
    await expectNothing([argv[0] as string, '--in-toto', ...argv.slice(1)], 'STATEMENT_INVALID')
    expect(sandbox.requests.length).toBe(before)
  })

  test('where there is no folder for the bundle', async () => {
    await expectNothing(await signing(at(join('never', 'no', 'file.json')), artifact, 'rekor'), 'FILE_NOT_FOUND')
  })

  test('when the log answers with a lie', async () => {
    sandbox.faults = { rekor: { lie: 'wrong-set' } }
    try {
      await expectNothing(await signing(bundle, artifact, 'rekor'), 'SERVICE_ANSWER_INVALID')
    } finally {
      sandbox.faults = {}
    }
  })
})
