// Keys of every kind. Which can do what is decided by the log and by cosign; the rows say what is so, not what would be nice.
import { describe, expect, test } from 'vitest'
import { missing } from '../src/peers.ts'
import { openExchange } from './exchange.ts'
import { type Kind, putKeys } from './keys.ts'
import { directions, from, hashFlag, person } from './parties.ts'

const { bench, sandbox, services, as, newFile, sign, accepts, refuses } = await openExchange()
await putKeys(bench)

describe.skipIf(missing('cosign').length > 0)('a managed key', () => {
  const logged: readonly Kind[] = ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096']

  test.each(logged)('%s: what either signs and logs, both verify', async (kind) => {
    for (const [signer, verifier] of directions) {
      const { file, bundle } = newFile()
      await sign(signer, ['--key', `${kind}.key`, '--bundle', bundle, file])
      for (const tool of [signer, verifier]) {
        const flags = ['--key', `${kind}.pub`, ...hashFlag(tool, kind), '--bundle', bundle]
        await accepts(tool, ...flags, file)
        await refuses(tool, ...flags, newFile().file)
      }
    }
  })

  test.each(['P-384', 'P-521'] as const)('%s: cosign refuses its own signature unless told the hash', async (kind) => {
    const { file, bundle } = newFile()
    await sign('cosign', ['--key', `${kind}.key`, '--bundle', bundle, file])
    await refuses('cosign', '--key', `${kind}.pub`, '--bundle', bundle, file)
    await accepts('sealwax', '--key', `${kind}.pub`, '--bundle', bundle, file)
  })

  test('Ed25519: cosign verifies our signature outside of a log, and can make none of its own', async () => {
    const { file, bundle } = newFile()
    const args = ['--key', 'Ed25519.key', '--signing-config', 'none.json', '--bundle', bundle, file]
    await sign('sealwax', args)
    for (const tool of ['cosign', 'sealwax'] as const) {
      const flags = ['--key', 'Ed25519.pub', '--insecure-ignore-tlog', '--bundle', bundle]
      await accepts(tool, ...flags, file)
      await refuses(tool, ...flags, newFile().file)
    }
    expect(await bench.use('cosign', ['sign-blob', ...args], services)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('message is missing artifact digest'),
    })
  })

  test('Ed25519: neither can log the signature of a file, and ours says so before anything is sent', async () => {
    const { file, bundle } = newFile()
    const args = ['sign-blob', '--key', 'Ed25519.key', '--bundle', bundle, file]
    const sent = (): number => sandbox.requests.filter(({ method }) => method === 'POST').length
    const before = sent()
    const ours = await bench.use('sealwax', args, services)
    expect(ours).toMatchObject({ code: 1, stderr: expect.stringContaining('KEY_UNSUPPORTED') })
    expect(sent()).toBe(before)
    expect(await bench.use('cosign', args, services)).toMatchObject({ code: 1, stderr: expect.stringContaining('400') })
  })
})

const algorithms = [
  'ecdsa-sha2-256-nistp256',
  'ecdsa-sha2-384-nistp384',
  'ecdsa-sha2-512-nistp521',
  'rsa-sign-pkcs1-2048-sha256',
  'rsa-sign-pkcs1-3072-sha256',
  'rsa-sign-pkcs1-4096-sha256',
]

describe.skipIf(missing('cosign').length > 0)('the key that is made for an identity', () => {
  test.each(algorithms)('--signing-algorithm %s: what either signs the other verifies', async (algorithm) => {
    for (const [signer, verifier] of directions) {
      const { file, bundle } = newFile()
      await sign(signer, ['--signing-algorithm', algorithm, '--bundle', bundle, file], await as(person))
      await accepts(verifier, '--bundle', bundle, ...from(person), file)
      await refuses(verifier, '--bundle', bundle, ...from(person), newFile().file)
    }
  })
})
