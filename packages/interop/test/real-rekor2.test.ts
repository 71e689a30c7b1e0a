// The real Rekor v2 on a bad day: what it answers to us when we, or others, disturb it.
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { copyFileSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Daemons } from '../src/daemon.ts'
import { startFront } from '../src/front.ts'
import { startRekor2 } from '../src/services.ts'
import { openWorkbench } from './command.ts'
import { type Exchange, exchangeAt } from './exchange.ts'
import { type Kind, putKeys } from './keys.ts'
import { recordsWith } from './logs.ts'
import { hashFlag } from './parties.ts'
import { realServices, unavailable } from './real.ts'

const bench = openWorkbench()
const review = 'https://acme.example/review'
let blobs: Exchange
let statements: Exchange

/** An entry that nobody waits for: the client hangs up after so many milliseconds. */
async function hangUp(log: string, after: number): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const content = Buffer.from(`${Math.random()}`)
  const verifier = {
    publicKey: { rawBytes: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') },
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
  }
  const digest = createHash('sha256').update(content).digest('base64')
  const signature = { content: sign('sha256', content, privateKey).toString('base64'), verifier }
  const client = request(`${log}/api/v2/log/entries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  })
  client.on('error', () => undefined).end(JSON.stringify({ hashedRekordRequestV002: { digest, signature } }))
  await sleep(after)
  client.destroy()
}

interface Entry {
  readonly logIndex: string
  readonly kindVersion: { readonly kind: string; readonly version: string }
}
function entryOf(bundle: string): Entry {
  type Bundle = { verificationMaterial: { tlogEntries: [Entry] } }
  return (JSON.parse(bench.read(bundle)) as Bundle).verificationMaterial.tlogEntries[0]
}

describe.skipIf(unavailable)('at the real Rekor v2', () => {
  beforeAll(async () => {
    const { trustedRoot, signingConfigRekor2 } = realServices()
    const place = { trustedRoot, signingConfig: signingConfigRekor2 }
    blobs = exchangeAt(bench, place)
    const verify = ['verify-blob-attestation', '--type', review]
    statements = exchangeAt(bench, place, { sign: ['attest-blob', '--type', review], verify })
    bench.put('predicate', '{"approved":true}')
    await putKeys(bench)
  })

  test('the same signature twice is one entry: the proof for the one that is there is made from its tiles', async () => {
    for (const [{ newFile, sign, accepts }, kind, more] of [
      [blobs, 'RSA-2048', []],
      [statements, 'RSA-3072', ['--predicate', 'predicate']],
    ] as const) {
      const { file, bundle } = newFile()
      for (const name of ['first.json', bundle])
        await sign('sealwax', [...more, '--key', `${kind}.key`, '--bundle', name, file])
      expect(entryOf(bundle)).toMatchObject({ logIndex: entryOf('first.json').logIndex })
      for (const tool of ['cosign', 'sealwax'] as const)
        await accepts(tool, '--key', `${kind}.pub`, '--bundle', bundle, file)
    }
  })

  const kinds: readonly Kind[] = ['P-256', 'P-384', 'P-521', 'RSA-2048', 'RSA-3072', 'RSA-4096']
  test.each(kinds)('a file signed with a managed key, %s, is logged and cosign verifies it', async (kind) => {
    const { file, bundle } = blobs.newFile()
    await blobs.sign('sealwax', ['--key', `${kind}.key`, '--bundle', bundle, file])
    expect(entryOf(bundle).kindVersion).toEqual({ kind: 'hashedrekord', version: '0.0.2' })
    await blobs.accepts('cosign', '--key', `${kind}.pub`, ...hashFlag('cosign', kind), '--bundle', bundle, file)
    await blobs.accepts('sealwax', '--key', `${kind}.pub`, '--bundle', bundle, file)
  })

  test('where others hang up, all who wait are told to go: cosign goes, we ask again and are logged once', async () => {
    // A log of its own, with the same key: the other tests shall not be disturbed.
    const { trustedRoot, signingConfigRekor2, urls } = realServices()
    const tiles = bench.path('rekor2')
    copyFileSync(join(dirname(trustedRoot), 'rekor2.key'), bench.path('rekor2.key'))
    const daemons = new Daemons()
    onTestFinished(() => daemons.stop())
    const log = await startRekor2(bench.directory, daemons)
    const statuses: number[] = []
    const front = await startFront(log, tiles, (status) => statuses.push(status))
    onTestFinished(() => front.close())
    bench.put('front.json', readFileSync(signingConfigRekor2, 'utf8').replace(urls.rekor2, front.url))
    const { services, newFile, accepts } = exchangeAt(bench, { trustedRoot, signingConfig: bench.path('front.json') })
    const { file, bundle } = newFile()
    /** Again until it is hit: who is first in the waiting room gets away. @returns the exit code */
    const disturbed = async (tool: 'cosign' | 'sealwax'): Promise<number | null> => {
      let code: number | null = null
      do {
        statuses.length = 0
        const signing = bench.use(tool, ['sign-blob', '--key', 'P-256.key', '--bundle', bundle, file], services)
        while (statuses.length === 0) await hangUp(log, 60)
        code = (await signing).code
      } while (statuses[0] !== 499)
      return code
    }
    expect(await disturbed('cosign')).toBe(1)
    expect(await disturbed('sealwax')).toBe(0)
    const { signature } = (JSON.parse(bench.read(bundle)) as { messageSignature: { signature: string } })
      .messageSignature
    expect(recordsWith(signature, tiles)).toBe(1)
    await accepts('cosign', '--key', 'P-256.pub', '--bundle', bundle, file)
  })
})
