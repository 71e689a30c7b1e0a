import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { derInteger, derNode, derOid, derSequence, derSet, pemEncode, tags } from '../../src/encoding/index.ts'
import { request, startDeadline } from '../../src/net/index.ts'
import { serve } from './server.ts'

/** A certificate that nobody vouches for (RFC 5280), as small as TLS takes it. */
function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = derSequence(derOid('1.2.840.10045.4.3.2'))
  const text = (value: string): Buffer => derNode(tags.utf8String, Buffer.from(value))
  const name = derSequence(derSet(derSequence(derOid('2.5.4.3'), text('localhost'))))
  const time = (year: number): Buffer => derNode(tags.generalizedTime, Buffer.from(`${year}0101000000Z`))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const tbs = derSequence(derInteger(1), algorithm, name, derSequence(time(2020), time(2060)), name, spki)
  const bits = derNode(tags.bitString, Buffer.of(0), sign('sha256', tbs, privateKey))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: pemEncode('CERTIFICATE', derSequence(tbs, algorithm, bits)),
  }
}

test('a certificate that nobody vouches for is refused at the first attempt, with the way out', async () => {
  let connections = 0
  const server = createServer(selfSigned(), (_, response) => response.end('secret'))
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await expect(
    request(url, { deadline: startDeadline(10_000), retry: 'idempotent', service: 'Rekor' }),
  ).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    found: expect.stringMatching(/^a TLS certificate that is not trusted \(/),
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  })
  expect(connections).toBe(1)
})

test('https where only http is spoken says so', async () => {
  const { url } = await serve((_, response) => response.end())
  await expect(
    request(url.replace('http:', 'https:'), { deadline: startDeadline(10_000), service: 'Rekor' }),
  ).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    found: expect.stringContaining('is it http instead of https?'),
  })
})
