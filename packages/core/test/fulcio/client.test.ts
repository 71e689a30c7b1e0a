import { createPublicKey, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { requestCertificate } from '../../src/fulcio/signing.ts'
import type { IdentityToken } from '../../src/identity/index.ts'
import { algorithms } from '../../src/keys/index.ts'
import { generateSigner, Secret } from '../../src/keys/signing.ts'
import { publicKeyPem } from '../../src/keys/index.ts'
import { startDeadline } from '../../src/net/index.ts'
import { serve } from '../net/server.ts'

const identity: IdentityToken = {
  token: new Secret('header.claims.signature'),
  issuer: 'https://issuer.example',
  subject: 'someone@example.test',
  expires: new Date(),
  source: 'a test',
  claims: {},
}
const pem = (label: string, text: string): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(text).toString('base64')}\n-----END ${label}-----\n`
const chain = (...certificates: unknown[]): string =>
  JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates } } })

interface Sent {
  readonly publicKeyRequest: {
    readonly publicKey: { readonly algorithm: string; readonly content: string }
    readonly proofOfPossession: string
  }
}
interface Asked {
  readonly chain: Buffer[]
  readonly sent: Sent
  readonly path: string | undefined
  readonly authorization: string | undefined
}

async function ask(answer: string, signer = generateSigner()): Promise<Asked> {
  const chunks: Buffer[] = []
  const { url, requests } = await serve((request, response) => {
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => response.end(answer))
  })
  const result = await requestCertificate({
    url: `${url}/base/`,
    identity,
    signer,
    publicKey: publicKeyPem(signer.publicKey),
    deadline: startDeadline(10_000),
  })
  return {
    chain: result,
    sent: JSON.parse(Buffer.concat(chunks).toString()) as Sent,
    path: requests[0]?.url,
    authorization: requests[0]?.headers.authorization,
  }
}

test.each(algorithms)(
  'a request proves that we hold the key, by a signature over the subject: $name',
  async (algorithm) => {
    const signer = generateSigner(algorithm)
    const { sent, path, authorization } = await ask(chain(pem('CERTIFICATE', 'leaf')), signer)
    const { publicKey, proofOfPossession } = sent.publicKeyRequest
    expect(path).toBe('/base/api/v2/signingCert')
    expect(authorization).toBe('Bearer header.claims.signature')
    expect(publicKey.algorithm).toBe({ ec: 'ECDSA', rsa: 'RSA', ed25519: 'ED25519' }[algorithm.key.type])
    expect(createPublicKey(publicKey.content).equals(signer.publicKey)).toBe(true)
    const proof = Buffer.from(proofOfPossession, 'base64')
    expect(verify(algorithm.hash, Buffer.from('someone@example.test'), publicKey.content, proof)).toBe(true)
  },
)

test('the chain comes back as it was sent, the certificate first', async () => {
  const answer = await ask(chain(pem('CERTIFICATE', 'leaf'), pem('CERTIFICATE', 'issuer')))
  expect(answer.chain.map(String)).toEqual(['leaf', 'issuer'])
})

test.each([
  ['no JSON', '<html>', 'no JSON'],
  ['no chain', '{}', 'none'],
  ['an empty chain', chain(), 'none'],
  [
    'a chain that is a text',
    JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates: 'x' } } }),
    'none',
  ],
  ['too many certificates', chain(...Array.from({ length: 17 }, () => pem('CERTIFICATE', 'x'))), '17'],
  ['a certificate that is no PEM', chain('x'), 'something else'],
  ['a certificate that is a number', chain(5), 'something else'],
  ['a key instead of a certificate', chain(pem('PUBLIC KEY', 'x')), 'something else'],
  ['two certificates in one', chain(pem('CERTIFICATE', 'x') + pem('CERTIFICATE', 'y')), 'something else'],
  [
    'an SCT apart from the certificate',
    '{"signedCertificateDetachedSct":{"chain":{"certificates":["x"]}}}',
    'detached',
  ],
])('an answer with %s is refused', async (_, answer, found) => {
  await expect(ask(answer)).rejects.toMatchObject({
    code: 'SERVICE_ANSWER_INVALID',
    message: "Fulcio's answer cannot be used",
    found: expect.stringContaining(found),
  })
})

test.each([
  [400, 'There was an error processing the identity token', true],
  [401, 'unauthorized: unknown issuer', true],
  [403, 'audience is not accepted', true],
  [400, 'The public key supplied in the request could not be parsed', false],
  [403, 'blocked by the firewall', false],
  [401, '', false],
])('a refusal %i with the words %j speaks of the issuer: %s', async (status, message, speaks) => {
  const { url } = await serve((_, response) => response.writeHead(status).end(JSON.stringify({ message })))
  const signer = generateSigner()
  const publicKey = publicKeyPem(signer.publicKey)
  const asked = requestCertificate({ url, identity, signer, publicKey, deadline: startDeadline(5_000) })
  const error: unknown = await asked.catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'SERVICE_REFUSED' })
  expect(/must accept that issuer/.test((error as { hint?: string }).hint ?? '')).toBe(speaks)
})
