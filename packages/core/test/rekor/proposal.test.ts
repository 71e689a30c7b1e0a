import { expect, test } from 'vitest'
import { algorithms, publicKeyPem } from '../../src/keys/index.ts'
import { generateSigner } from '../../src/keys/signing.ts'
import { dsseProposal, hashedRekordProposal, requireLoggable } from '../../src/rekor/v1/proposal.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const { publicKey } = generateSigner()

test('a hashedrekord entry names digest, signature and the PEM of the key', () => {
  const content = { digest: Buffer.from('0a0b', 'hex'), hash: 'sha384', signature: Buffer.from('sig') } as const
  expect(hashedRekordProposal(content, { publicKey })).toEqual({
    kind: 'hashedrekord',
    apiVersion: '0.0.1',
    spec: {
      data: { hash: { algorithm: 'sha384', value: '0a0b' } },
      signature: { content: base64('sig'), publicKey: { content: base64(publicKeyPem(publicKey)) } },
    },
  })
})

test('a dsse entry carries the envelope as text and the PEM of the certificate', () => {
  const envelope = { payloadType: 'text/plain', payload: Buffer.from('pay'), signature: Buffer.from('sig') }
  expect(dsseProposal(envelope, { certificate: Buffer.from('der') })).toEqual({
    kind: 'dsse',
    apiVersion: '0.0.1',
    spec: {
      proposedContent: {
        envelope: `{"payloadType":"text/plain","payload":"${base64('pay')}","signatures":[{"sig":"${base64('sig')}"}]}`,
        verifiers: [base64(`-----BEGIN CERTIFICATE-----\n${base64('der')}\n-----END CERTIFICATE-----\n`)],
      },
    },
  })
})

test.each(algorithms.flatMap((algorithm) => (['dsse', 'hashedrekord'] as const).map((kind) => ({ algorithm, kind }))))(
  'a $kind entry by $algorithm.name is allowed as the table says, and refused with a way out',
  ({ algorithm, kind }) => {
    const attempt = (): void => requireLoggable(algorithm, kind)
    if (algorithm.rekorV1.includes(kind)) expect(attempt).not.toThrow()
    else
      expect(attempt).toThrow(
        expect.objectContaining({ code: 'KEY_UNSUPPORTED', hint: expect.stringContaining('P-256') }),
      )
  },
)
