// What the verbs that verify say of the witnesses of a log, of cosign's older bundles and of Ed25519ph.
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { good, makeFolder, type Run, sealwax } from '../command.ts'

const folder = makeFolder()
afterAll(() => folder.remove())
const put = (name: string, text: string | Uint8Array): void => writeFileSync(join(folder.path, name), text)
const run = (...args: readonly string[]): Promise<Run> => sealwax(args, { cwd: folder.path })

const content = Buffer.from('what was signed\n')
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = ({ publicKey }: { publicKey: KeyObject }): Buffer => publicKey.export({ type: 'spki', format: 'der' })
const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer =>
  hash('sha256', Buffer.concat(parts.map((part) => Buffer.from(part as string))), 'buffer')
const signature = sign('sha256', content, key.privateKey)

const log = generateKeyPairSync('ed25519')
const logId = sha256('log.example\n', Buffer.of(1), spki(log).subarray(-32))
const witness = generateKeyPairSync('ed25519')
const name = 'witness.example/w1'
const witnessId = sha256(`${name}\n`, Buffer.of(4), spki(witness).subarray(-32)).subarray(0, 4)
const witnessKey = `${name}+${witnessId.toString('hex')}+${Buffer.concat([Buffer.of(4), spki(witness).subarray(-32)]).toString('base64')}`

/** A bundle with an entry of a Rekor v2 log of one entry, whose checkpoint a witness signed. */
function bundle(): string {
  const verifier = { keyDetails: 'PKIX_ECDSA_P256_SHA_256', publicKey: { rawBytes: spki(key).toString('base64') } }
  const data = { algorithm: 'SHA2_256', digest: sha256(content).toString('base64') }
  const logged = { data, signature: { content: signature.toString('base64'), verifier } }
  const body = JSON.stringify({ apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002: logged } })
  const root = sha256(Buffer.of(0), body)
  const note = `log.example\n1\n${root.toString('base64')}\n`
  const line = (who: string, ...blob: readonly Uint8Array[]): string =>
    `\u2014 ${who} ${Buffer.concat(blob).toString('base64')}\n`
  const time = Buffer.alloc(8)
  time.writeBigUInt64BE(1_780_315_205n)
  const seen = sign(undefined, Buffer.from(`cosignature/v1\ntime 1780315205\n${note}`), witness.privateKey)
  const lines =
    line('log.example', logId.subarray(0, 4), sign(undefined, Buffer.from(note), log.privateKey)) +
    line(name, witnessId, time, seen)
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      publicKey: { hint: '' },
      tlogEntries: [
        {
          logIndex: '0',
          logId: { keyId: logId.toString('base64') },
          kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
          inclusionProof: {
            logIndex: '0',
            treeSize: '1',
            rootHash: root.toString('base64'),
            hashes: [],
            checkpoint: { envelope: `${note}\n${lines}` },
          },
          canonicalizedBody: Buffer.from(body).toString('base64'),
        },
      ],
    },
    messageSignature: { messageDigest: data, signature: signature.toString('base64') },
  })
}

const root = {
  mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  tlogs: [
    {
      baseUrl: 'https://log.example',
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: spki(log).toString('base64'),
        keyDetails: 'PKIX_ED25519',
        validFor: { start: '2026-01-01T00:00:00Z' },
      },
      logId: { keyId: logId.toString('base64') },
    },
  ],
}

beforeAll(() => {
  put('file', content)
  put('key.pub', key.publicKey.export({ type: 'spki', format: 'pem' }) as string)
  put('file.sigstore.json', bundle())
  put('root.json', JSON.stringify(root))
})

const verify = (...args: readonly string[]): Promise<Run> =>
  run('verify-blob', '--key', 'key.pub', '--trusted-root', 'root.json', ...args, 'file')

describe('a witness of the log', () => {
  test('that is named is shown with the time at which it saw the log', async () => {
    const { stdout } = await good(verify('--witness', witnessKey))
    expect(stdout).toMatch(/witness +witness\.example\/w1, saw the log at 2026-06-01 12:00:05 UTC/)
    expect(stdout).not.toMatch(/not checked/)
    const json = JSON.parse((await good(verify('--witness', witnessKey, '-o', 'json'))).stdout)
    const cosignatures = [{ witness: name, time: '2026-06-01T12:00:05.000Z' }]
    expect(json).toMatchObject([{ ok: true, evidence: { entries: [{ cosignatures }] } }])
  })

  test('whose key nobody gave is shown as not checked', async () => {
    const { stdout } = await good(verify())
    expect(stdout).toMatch(/not checked +a signature of witness\.example\/w1 under the checkpoint of log\.example/)
  })

  test('that is named and did not sign, or whose key cannot be read, refuses', async () => {
    const other = generateKeyPairSync('ed25519')
    const raw = spki(other).subarray(-32)
    const id = sha256('w2\n', Buffer.of(4), raw).subarray(0, 4).toString('hex')
    const second = `w2+${id}+${Buffer.concat([Buffer.of(4), raw]).toString('base64')}`
    const { code, stdout } = await verify('--witness', witnessKey, '--witness', second)
    expect(code).toBe(12)
    expect(stdout).toMatch(/too few signatures of known witnesses/)
    expect((await verify('--witness', 'nonsense')).code).toBe(1)
  })
})

test("cosign's older bundle is verified", async () => {
  put('old.json', JSON.stringify({ base64Signature: signature.toString('base64') }))
  const args = ['verify-blob', '--key', 'key.pub', '--insecure-ignore-tlog', '--bundle', 'old.json']
  expect((await good(run(...args, 'file'))).stderr).toMatch(/Verified OK/)
  put('other', 'something else')
  expect((await run(...args, 'other')).code).toBe(12)
})

test('a signature by Ed25519ph is verified', async () => {
  // RFC 8032 section 7.3: the only one there, of the text "abc".
  const seed = '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42'
  const pkcs8 = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex')
  const signer = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
  const published = Buffer.from(
    '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406',
    'hex',
  )
  const made = (signed: Uint8Array, text: string): string =>
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: '' } },
      messageSignature: {
        messageDigest: { algorithm: 'SHA2_512', digest: hash('sha512', text, 'base64') },
        signature: Buffer.from(signed).toString('base64'),
      },
    })
  const judged = async (what: string): Promise<number | null> =>
    (await run('verify-blob', '--key', 'ed.pub', '--insecure-ignore-tlog', '--bundle', 'ed.json', what)).code
  put('ed.pub', signer.export({ type: 'spki', format: 'pem' }) as string)
  put('abc', 'abc')
  put('ed.json', made(published, 'abc'))
  expect(await judged('abc')).toBe(0)
  expect(await judged(`sha512:${hash('sha512', 'abc')}`)).toBe(0)
  put('ed.json', made(published.toReversed(), 'abc'))
  expect(await judged('abc')).toBe(12)
})

test('a bundle with a certificate is refused where a key was asked for, whoever the certificate is for', async () => {
  const vector = (name: string): string =>
    fileURLToPath(new URL(`../../../core/test/vectors/sigstore-conformance/${name}`, import.meta.url))
  const bundled = ['--bundle', vector('happy-path-v0.3.json'), vector('a.txt')]
  const { code, stdout } = await run('verify-blob', '--key', 'key.pub', ...bundled)
  expect(code).toBe(12)
  expect(stdout).toMatch(/signed with a certificate, not with the key/)
  const beacon = [
    '--certificate-oidc-issuer=https://token.actions.githubusercontent.com',
    '--certificate-identity-regexp=^https://github\\.com/sigstore-conformance/',
  ]
  expect((await run('verify-blob', ...beacon, ...bundled)).code).toBe(0)
})
