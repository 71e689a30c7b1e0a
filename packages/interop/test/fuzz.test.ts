// Changed bundles, judged by us, by `@sigstore/verify` and by sigstore-go: other ones in each run. `node src/fuzz.ts` judges 126,000.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { makeMutant } from '../src/fuzz/mutant.ts'
import { openVerifier } from '../src/fuzz/ours.ts'
import { mostCpu, refusedByUs, run } from '../src/fuzz/run.ts'
import { openSeeds, type Seed } from '../src/fuzz/seeds.ts'
import { judge, missing } from '../src/peers.ts'

const work = join(inject('folder'), 'fuzz')
mkdirSync(work, { recursive: true })
const seeds = await openSeeds(work)

test('a number makes the same mutant each time, and each number another', () => {
  const make = (): string[] =>
    Array.from({ length: 300 }, (_, number) => makeMutant(number, seeds).bytes.toString('base64'))
  expect(make()).toEqual(make())
  expect(new Set(make()).size).toBeGreaterThan(280)
})

test.each(seeds.filter(({ name }) => ['rekor-v1-identity-message', 'rekor-v2-identity-envelope'].includes(name)))(
  '$name: the last bit of any byte flipped is refused, but in the version that the media type says',
  async (seed) => {
    const verify = await openVerifier(seed)
    const bytes = Buffer.from(seed.bundle)
    const accepted: string[] = []
    for (const [at, byte] of Buffer.from(bytes).entries()) {
      bytes[at] = byte ^ 1
      if (verify(bytes).ok) accepted.push(bytes.toString())
      bytes[at] = byte
    }
    expect(accepted).toEqual([seed.bundle.replace('bundle.v0.3', 'bundle.v0.2')])
  },
)

describe.skipIf(missing(judge).length > 0)('changed bundles', () => {
  test('never make us crash, hang, or accept what another verifier refuses, but for reasons that are written down', async () => {
    const first = Number(process.env['SEALWAX_FUZZ'] ?? Math.floor(Date.now() / 1000) % 2 ** 31)
    console.log(`mutants from ${first} on; again: SEALWAX_FUZZ=${first}`)
    const end = performance.now() + 12_000
    const report = await run(first, 3000, { work, isOver: () => performance.now() > end })
    // A new way to be stricter than both is for the full run to explain, not for somebody whose change it has nothing to do with.
    const [strict, wrong] = [true, false].map((is) => report.findings.filter((it) => it.includes(refusedByUs) === is))
    for (const finding of strict ?? []) console.warn(finding)
    expect(wrong).toEqual([])
    expect(report.mutants).toBeGreaterThan(0)
    expect(report.slowest).toBeLessThan(mostCpu)
  })

  const good = async (seed: Seed) => (await openVerifier(seed))(Buffer.from(seed.bundle))

  test.each([
    ['that accepts everything', 'alone, without a known reason', good],
    [
      'that throws what is no error of ours',
      'crash: ',
      async () => ({ ok: false, why: '', crash: new TypeError('oops'), cpu: 0 }),
    ],
    ['that takes its time', 'took 101 ms', async () => ({ ok: false, why: '', cpu: 101 })],
    [
      'that accepts another signer',
      'something else than the good bundle',
      async (seed: Seed) => {
        const { evidence, ...said } = await good(seed)
        return { ...said, ...(evidence && { evidence: { ...evidence, signer: { kind: 'unknown' as const } } }) }
      },
    ],
  ])('a verifier %s is found out', async (_, words, answer) => {
    const open = async (seed: Seed) => {
      const said = await answer(seed)
      return () => said
    }
    const { findings } = await run(0, 60, { work, open })
    expect(findings.join('\n')).toContain(words)
  })
})
