import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { SealwaxError } from '../../src/errors.ts'
import type { IdentityToken } from '../../src/identity/index.ts'
import { openNetwork } from '../../src/net/index.ts'
import type { Patience } from '../../src/seal/index.ts'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()
const content = Buffer.from('content of a file')
const minutes = (count: number): number => count * 60_000

test('a timestamp authority whose clock is wrong is named when the signature fails of it', async () => {
  workshop.sandbox.faults = { timestamp: { skew: minutes(20) } }
  await expect(workshop.keyless().sealMessage(content)).rejects.toMatchObject({
    code: expect.stringMatching(/SELF_CHECK_FAILED|SERVICE_ANSWER_INVALID/),
    hint: expect.stringMatching(
      /^the clock of the timestamp authority is 20 minutes ahead of that of this machine and of .*Fulcio/,
    ),
  })
})

test('a log whose clock is wrong is named when the signature fails of it', async () => {
  workshop.sandbox.faults = { rekor: { skew: minutes(-30) } }
  await expect(workshop.keyless().sealMessage(content)).rejects.toMatchObject({
    hint: expect.stringMatching(/^the clock of Rekor is 30 minutes behind that of this machine/),
  })
})

test('a clock of this machine that is behind stops nothing, and is told as a warning', async () => {
  const skew = minutes(5)
  workshop.sandbox.faults = { fulcio: { skew }, rekor: { skew }, timestamp: { skew } }
  const warnings: string[] = []
  await workshop.keyless({ onWarning: (words) => warnings.push(words) }).sealMessage(content)
  expect(warnings).toEqual([
    'the clock of this machine is 5 minutes behind the clocks of Fulcio, Rekor and the timestamp authority: set it',
  ])
})

test('clocks that agree make no warning', async () => {
  const warnings: string[] = []
  await workshop.keyless({ onWarning: (words) => warnings.push(words) }).sealMessage(content)
  expect(warnings).toEqual([])
})

test('a token that is over only by the clock of this machine makes one ask the authority for the time', async () => {
  workshop.sandbox.faults = { fulcio: { skew: -minutes(60) } }
  const expired = new SealwaxError('TOKEN_EXPIRED', 'the identity token from x has expired', { hint: 'get another' })
  const network = openNetwork()
  const identity = async (): Promise<never> => {
    await sleep(1)
    throw expired
  }
  await expect(workshop.keyless({ identity, network }).sealMessage(content)).rejects.toMatchObject({
    code: 'TOKEN_EXPIRED',
    hint: 'the clock of this machine is 60 minutes ahead of that of Fulcio: one of the two is wrong; get another',
  })
})

test('a certificate that has ended by the clock of this machine makes it said whose clock that is', async () => {
  const skew = -minutes(60)
  workshop.sandbox.faults = { fulcio: { skew } }
  await expect(workshop.keyless().sealMessage(content)).rejects.toMatchObject({
    code: 'SERVICE_ANSWER_INVALID',
    message: expect.stringContaining('it has ended'),
    hint: expect.stringContaining('the clock of this machine is 60 minutes ahead of that of Fulcio'),
  })
})

test('one deadline is for everything that services take, the one that hands out identities among them', async () => {
  workshop.sandbox.faults = { identity: { delay: 900 }, fulcio: { delay: 900 } }
  const begin = performance.now()
  await expect(workshop.keyless({ deadline: 1_500 }).sealMessage(content)).rejects.toMatchObject({
    code: 'SERVICE_TIMEOUT',
    message: expect.stringContaining('Fulcio'),
  })
  expect(performance.now() - begin).toBeGreaterThan(1_400)
})

test('an identity service that never answers is named when the deadline is over', async () => {
  workshop.sandbox.faults = { identity: { hang: true } }
  await expect(workshop.keyless({ deadline: 500 }).sealMessage(content)).rejects.toMatchObject({
    code: 'SERVICE_TIMEOUT',
    message: expect.stringContaining('identity service'),
  })
})

test("the time that a person takes to consent is nobody's, whoever else waits for the same identity", async () => {
  const identity = async (patience: Patience): Promise<IdentityToken> => {
    const found = await workshop.identity()(patience)
    patience.pause()
    await sleep(4_500)
    patience.resume()
    return found
  }
  const sealer = workshop.keyless({ deadline: 4_000, identity })
  const first = sealer.sealMessage(content)
  await sleep(1_500)
  const bundles = await Promise.all([first, sealer.sealMessage(Buffer.from('something else'))])
  expect(bundles).toHaveLength(2)
})
