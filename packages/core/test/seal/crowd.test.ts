import { expect, test } from 'vitest'
import type { Bundle } from '../../src/bundle/index.ts'
import { generateSigner } from '../../src/keys/signing.ts'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()
const crowd = 200

test.each(['rekor', 'rekor2'] as const)(
  '200 signers at once against a log that answers 429 half of the time lose nothing, and log nothing twice: %s',
  async (service) => {
    const services = service === 'rekor2' ? workshop.services2 : workshop.services
    workshop.sandbox.faults = { [service]: { status: 429, retryAfter: '1', chance: 0.5 } }
    const signer = generateSigner()
    const sealing = Array.from({ length: crowd }, (_, number) =>
      workshop.byKey(signer, { services }).sealMessage(Buffer.from(`file ${number}`)),
    )
    const outcomes = await Promise.allSettled(sealing)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([])
    const indexes = outcomes.map((outcome) => (outcome as PromiseFulfilledResult<Bundle>).value).map(indexOf)
    expect(new Set(indexes).size).toBe(crowd)
    const posts = workshop.requests().filter((line) => line.startsWith(`${service} POST`))
    expect(posts.filter((line) => line.endsWith('201'))).toHaveLength(crowd)
    expect(posts.some((line) => line.endsWith('429'))).toBe(true)
  },
)

function indexOf({ verificationMaterial }: Bundle): string | undefined {
  return verificationMaterial.tlogEntries[0]?.logIndex
}
