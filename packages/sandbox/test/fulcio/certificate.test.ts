import { generateKeyPairSync, sign, type X509Certificate } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import { BasicConstraints, Certificate } from '@peculiar/asn1-x509'
import { expect, test } from 'vitest'
import type { SandboxIdentity } from '../../src/index.ts'
import {
  askCertificate,
  call,
  chainOf,
  claimsOf,
  DEV,
  makePair,
  messageOf,
  openSandbox,
  pemOf,
  post,
  read,
} from '../client.ts'

const ARC = '1.3.6.1.4.1.57264.1.'

/** The text of each Sigstore extension, by number; a DER string loses its header, and must have one from .8 on. */
function sigstoreExtensions(certificate: X509Certificate): Record<string, string> {
  const extensions = AsnConvert.parse(certificate.raw, Certificate).tbsCertificate.extensions ?? []
  return Object.fromEntries(
    extensions
      .filter(({ extnID }) => extnID.startsWith(ARC))
      .map(({ extnID, extnValue }) => {
        const number = extnID.slice(ARC.length)
        const value = Buffer.from(extnValue.buffer)
        if (Number(number) < 7) return [number, value.toString()]
        expect([value[0], value[1]]).toEqual([0x0c, value.length - 2])
        return [number, value.subarray(2).toString()]
      }),
  )
}

test('a certificate looks as those of the public CA', async () => {
  const sandbox = await openSandbox()
  const pair = makePair()
  const [leaf, intermediate, root] = chainOf(await askCertificate(sandbox, DEV, { pair }))
  expect(leaf.publicKey.equals(pair.publicKey)).toBe(true)
  expect(
    leaf.verify(intermediate.publicKey) && intermediate.verify(root.publicKey) && root.verify(root.publicKey),
  ).toBe(true)
  expect(leaf.checkIssued(intermediate) && intermediate.checkIssued(root)).toBe(true)
  expect([leaf.ca, intermediate.ca, root.ca]).toEqual([false, true, true])
  expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).toBe(600_000)
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.3'])
  expect(leaf.subject).toBeFalsy()
  expect(leaf.issuer).toContain('sealwax sandbox - not for production')
  const extensions = AsnConvert.parse(leaf.raw, Certificate).tbsCertificate.extensions ?? []
  expect(extensions.filter(({ critical }) => critical).map(({ extnID }) => extnID)).toEqual(['2.5.29.15', '2.5.29.17'])
  expect(extensions.at(-1)?.extnID).toBe('1.3.6.1.4.1.11129.2.4.2')
})

test('the authorities may certify only as far down as they need to', async () => {
  const sandbox = await openSandbox()
  const [, intermediate, root] = chainOf(await askCertificate(sandbox, DEV))
  const lengths = [intermediate, root].map(({ raw }) => {
    const extensions = AsnConvert.parse(raw, Certificate).tbsCertificate.extensions ?? []
    const found = extensions.find(({ extnID }) => extnID === '2.5.29.19')
    return found?.critical === true
      ? AsnConvert.parse(found.extnValue.buffer, BasicConstraints).pathLenConstraint
      : 'none'
  })
  expect(lengths).toEqual([0, 1])
})

test('a person is named by e-mail, provider and subject', async () => {
  const sandbox = await openSandbox()
  const token = await sandbox.token({ ...DEV, issuer: 'microsoft' } as SandboxIdentity)
  const [leaf] = chainOf(await askCertificate(sandbox, DEV, { token }))
  expect(leaf.subjectAltName).toBe('email:dev@example.com')
  const issuer = 'https://login.microsoftonline.com'
  expect(sigstoreExtensions(leaf)).toEqual({ 1: issuer, 8: issuer, 24: claimsOf(token)['sub'] })
})

test('a GitHub job is named by its workflow, with all extensions', async () => {
  const sandbox = await openSandbox()
  const sha = 'a'.repeat(40)
  const [leaf] = chainOf(
    await askCertificate(sandbox, {
      kind: 'github',
      repository: 'org/repo',
      sha,
      environment: 'prod',
      jobWorkflowRef: 'o/w/.github/workflows/x.yml@v1',
    }),
  )
  expect(leaf.subjectAltName).toBe('URI:https://github.com/o/w/.github/workflows/x.yml@v1')
  const workflow = 'https://github.com/org/repo/.github/workflows/release.yml@refs/heads/main'
  expect(sigstoreExtensions(leaf)).toMatchObject({
    1: 'https://token.actions.githubusercontent.com',
    2: 'push',
    3: sha,
    4: 'Release',
    5: 'org/repo',
    6: 'refs/heads/main',
    8: 'https://token.actions.githubusercontent.com',
    9: 'https://github.com/o/w/.github/workflows/x.yml@v1',
    10: sha,
    11: 'github-hosted',
    12: 'https://github.com/org/repo',
    13: sha,
    14: 'refs/heads/main',
    16: 'https://github.com/org',
    18: workflow,
    19: sha,
    20: 'push',
    21: 'https://github.com/org/repo/actions/runs/9001/attempts/1',
    22: 'public',
    23: 'prod',
    24: 'repo:org/repo:environment:prod',
  })
})

test('a GitLab job is named by its configuration, without the extensions that only GitHub has', async () => {
  const sandbox = await openSandbox()
  const [leaf] = chainOf(await askCertificate(sandbox, { kind: 'gitlab', project: 'g/s/p', ref: 'refs/tags/v1' }))
  expect(leaf.subjectAltName).toBe('URI:https://gitlab.com/g/s/p//.gitlab-ci.yml@refs/tags/v1')
  const extensions = sigstoreExtensions(leaf)
  expect(extensions).toMatchObject({
    12: 'https://gitlab.com/g/s/p',
    14: 'refs/tags/v1',
    16: 'https://gitlab.com/g/s',
    21: 'https://gitlab.com/g/s/p/-/jobs/2002',
  })
  expect(Object.keys(extensions)).not.toEqual(expect.arrayContaining(['2']))
  expect(Object.keys(extensions)).not.toEqual(expect.arrayContaining(['23']))
})

test.for([
  ['P-384', 'sha384', () => makePair('P-384')],
  ['P-521', 'sha512', () => makePair('P-521')],
  ['Ed25519', null, () => generateKeyPairSync('ed25519')],
  ['RSA 2048', 'sha256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
] as const)('a key of kind %s is certified', async ([, hash, make]) => {
  const sandbox = await openSandbox()
  const pair = make()
  const [leaf] = chainOf(await askCertificate(sandbox, DEV, { pair, hash }))
  expect(leaf.publicKey.equals(pair.publicKey)).toBe(true)
})

test.for([
  ['secp256k1', 'sha256', () => makePair('secp256k1')],
  ['RSA 1024', 'sha256', () => generateKeyPairSync('rsa', { modulusLength: 1024 })],
  ['RSA with exponent 3', 'sha256', () => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })],
  ['Ed448', null, () => generateKeyPairSync('ed448')],
] as const)('a key of kind %s is refused', async ([, hash, make]) => {
  const sandbox = await openSandbox()
  const reply = await askCertificate(sandbox, DEV, { pair: make(), hash })
  expect([reply.status, messageOf(reply)]).toEqual([400, 'The public key supplied in the request is insecure'])
})

test('a proof by another key, over another text, or with a flipped bit is refused', async () => {
  const sandbox = await openSandbox()
  const other = await askCertificate(sandbox, DEV, { pem: pemOf(makePair().publicKey) })
  const text = await askCertificate(sandbox, DEV, { challenge: 'other@example.com' })
  const none = await askCertificate(sandbox, DEV, { proof: Buffer.alloc(70).toString('base64') })
  expect([other, text, none].map(({ status }) => status)).toEqual([400, 400, 400])
})

test('a private key in place of the public key is refused', async () => {
  const sandbox = await openSandbox()
  const pair = makePair()
  const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  expect((await askCertificate(sandbox, DEV, { pair, pem })).status).toBe(400)
})

test('tokens with another audience, out of date, altered, foreign or malformed are refused without being repeated', async () => {
  const sandbox = await openSandbox()
  const good = await sandbox.token(DEV)
  const [head = '', body = '', tail = ''] = good.split('.')
  const claims = { ...claimsOf(good), email: 'boss@example.com' }
  const altered = Buffer.from(JSON.stringify(claims)).toString('base64url')
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
  const tokens = [
    await sandbox.token(DEV, { audience: 'sigstore.dev' }),
    await sandbox.token(DEV, { ttl: -1 }),
    await (await openSandbox()).token({ kind: 'gitlab' }),
    `${head}.${altered}.${tail}`,
    unsigned,
    `${head}.${body}`,
    'x',
    'x'.repeat(10_000),
  ]
  for (const token of tokens) {
    const reply = await askCertificate(sandbox, DEV, { token, challenge: DEV.kind === 'email' ? DEV.email : '' })
    expect([reply.status, messageOf(reply)]).toEqual([400, 'There was an error processing the identity token'])
  }
})

test('a token is not yet good before its time', async () => {
  let time = new Date('2030-01-01T00:00:00Z')
  const sandbox = await openSandbox({ now: () => time })
  const token = await sandbox.token(DEV)
  time = new Date('2029-12-31T23:59:00Z')
  expect((await askCertificate(sandbox, DEV, { token })).status).toBe(400)
  time = new Date('2030-01-01T00:01:00Z')
  const [leaf] = chainOf(await askCertificate(sandbox, DEV, { token }))
  expect(leaf.validFromDate).toEqual(time)
})

test('an e-mail with odd characters is refused', async () => {
  const sandbox = await openSandbox()
  for (const email of ['no-at-sign', 'a b@example.com', 'a@example.com, b@example.com', 'a@', '@b', 'a@b\n']) {
    expect((await askCertificate(sandbox, { kind: 'email', email })).status).toBe(400)
  }
})

test('the token may stand in the body instead of the header', async () => {
  const sandbox = await openSandbox()
  const pair = makePair()
  const request = {
    credentials: { oidcIdentityToken: await sandbox.token(DEV) },
    publicKeyRequest: {
      publicKey: { content: pemOf(pair.publicKey) },
      proofOfPossession: sign('sha256', Buffer.from('dev@example.com'), pair.privateKey).toString('base64'),
    },
  }
  const url = `${sandbox.urls.fulcio}/api/v2/signingCert`
  expect((await post(url, request)).status).toBe(200)
  expect((await post(url, { ...request, credentials: { oidcIdentityToken: 'x'.repeat(1_000_000) } })).status).toBe(400)
  expect((await post(url, { ...request, credentials: undefined })).status).toBe(400)
})

test('requests that are not what they should be get a 400', async () => {
  const sandbox = await openSandbox()
  const url = `${sandbox.urls.fulcio}/api/v2/signingCert`
  const authorization = `Bearer ${await sandbox.token(DEV)}`
  for (const body of [
    '',
    '{',
    '[]',
    'null',
    '{}',
    '{"publicKeyRequest":1}',
    '{"publicKeyRequest":{"publicKey":{"content":""}}}',
  ]) {
    expect((await call(url, { method: 'POST', body, headers: { authorization } })).status).toBe(400)
  }
})

test('the trust bundle is the chain without the leaf, and the configuration names the issuers', async () => {
  const sandbox = await openSandbox()
  const [, intermediate, root] = chainOf(await askCertificate(sandbox, DEV))
  type Chains = { chains: { certificates: string[] }[] }
  const { chains } = read<Chains>(await call(`${sandbox.urls.fulcio}/api/v2/trustBundle`))
  expect(chains[0]?.certificates).toEqual([intermediate.toString(), root.toString()])
  type Issuers = { issuers: { issuerUrl: string }[] }
  const { issuers } = read<Issuers>(await call(`${sandbox.urls.fulcio}/api/v2/configuration`))
  expect(issuers.map(({ issuerUrl }) => issuerUrl)).toContain(sandbox.urls.issuer)
})

test('a wrong certificate is a good one of somebody else, with that one’s key', async () => {
  const sandbox = await openSandbox({ faults: { fulcio: { lie: 'wrong-certificate' } } })
  const pair = makePair()
  const [leaf, intermediate] = chainOf(await askCertificate(sandbox, DEV, { pair }))
  expect(leaf.verify(intermediate.publicKey)).toBe(true)
  expect(leaf.subjectAltName).toBe('email:somebody.else@sandbox.example')
  expect(leaf.checkPrivateKey(pair.privateKey)).toBe(false)
})

test('a wrong clock of the CA is in its certificates, and does not judge tokens', async () => {
  const now = new Date('2031-02-03T04:05:06.000Z')
  const sandbox = await openSandbox({ now: () => now, faults: { fulcio: { skew: -24 * 3600_000 } } })
  const [leaf] = chainOf(await askCertificate(sandbox, DEV))
  expect(new Date(leaf.validFrom).toISOString()).toBe('2031-02-02T04:05:06.000Z')
})
