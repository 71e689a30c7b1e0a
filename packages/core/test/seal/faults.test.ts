import type { Faults, ServiceName } from '@sealwax/sandbox'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { bundleJson } from '../../src/bundle/index.ts'
import { SealwaxError } from '../../src/errors.ts'
import { Secret } from '../../src/keys/signing.ts'
import type { SealerOptions } from '../../src/seal/index.ts'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()
const content = Buffer.from('content of a file')

/** The error of a keyless signature under these faults; without the final check unless it is given. */
async function failure(faults: Faults, more: Partial<SealerOptions> = {}): Promise<SealwaxError> {
  workshop.sandbox.faults = faults
  const outcome = await workshop
    .keyless({ check: () => undefined, ...more })
    .sealMessage(content)
    .catch((error: unknown) => error)
  expect(outcome).toBeInstanceOf(SealwaxError)
  return outcome as SealwaxError
}

test.each([
  ['fulcio', 'other-subject-key', 'another key than ours'],
  ['fulcio', 'expired', 'it has ended'],
  ['fulcio', 'wrong-key', 'no trusted authority issued'],
  ['fulcio', 'no-sct', 'no certificate transparency log'],
  ['fulcio', 'wrong-sct', 'certificate timestamp is not signed'],
  ['rekor', 'wrong-key', 'not signed by the log'],
  ['rekor', 'wrong-set', 'inclusion promise is not signed'],
  ['rekor', 'wrong-proof', 'proof does not lead to the root'],
  ['rekor', 'wrong-entry', 'the entry'],
  ['timestamp', 'wrong-nonce', 'it answers another request'],
  ['timestamp', 'wrong-imprint', 'not over this signature'],
  ['timestamp', 'wrong-key', "signature is not its authority's"],
  ['timestamp', 'expired', 'timestamp'],
] as const)('a lie of %s is caught when it is told: %s', async (service, lie, words) => {
  const error = await failure({ [service]: { lie } })
  expect(error).toMatchObject({ code: 'SERVICE_ANSWER_INVALID', message: expect.stringContaining(words) })
  expect(error.message).toContain('http://127.0.0.1:')
  expect(error.hint).toContain('trusted root')
})

test.each([
  ['certificateAuthorities', 'the certificate from Fulcio', 'no trusted authority issued'],
  ['transparencyLogs', 'the log entry from Rekor', 'its log is not in the trusted root'],
  ['timestampAuthorities', 'the timestamp from the timestamp authority', 'its authority is not in the trusted root'],
] as const)('a service that the trusted root does not know is not believed: %s', async (kind, what, words) => {
  const error = await failure({}, { trustedRoot: { ...workshop.trustedRoot, [kind]: [] } })
  expect(error.code).toBe('SERVICE_ANSWER_INVALID')
  expect(error.message).toContain(what)
  expect(error.message).toContain(words)
})

test('without a certificate log in the trusted root a certificate needs no proof of one', async () => {
  workshop.sandbox.faults = { fulcio: { lie: 'no-sct' } }
  const trustedRoot = { ...workshop.trustedRoot, ctLogs: [] }
  await expect(workshop.keyless({ trustedRoot, check: () => undefined }).sealMessage(content)).resolves.toBeDefined()
})

test('a log whose clock is wrong is caught by the check of the whole bundle', async () => {
  workshop.sandbox.faults = { rekor: { lie: 'expired' } }
  await expect(workshop.keyless().sealMessage(content)).rejects.toMatchObject({ code: 'SELF_CHECK_FAILED' })
})

test.each(['fulcio', 'rekor', 'timestamp'] as const)('an endless answer of %s is cut off', async (service) => {
  expect(await failure({ [service]: { lie: 'huge' } })).toMatchObject({
    code: 'SERVICE_ANSWER_INVALID',
    found: expect.stringMatching(/^more than \d+ bytes$/),
  })
})

const nonsense = ['', 'nothing', 'null', '[]', '{}', '{"a":{}}', '"x"', '\u0000', '<html></html>']
test.each(
  nonsense.flatMap((body) => (['fulcio', 'rekor', 'timestamp'] as const).map((service) => [service, body] as const)),
)('%s answering %j is an error of that service', async (service, body) => {
  expect((await failure({ [service]: { body } })).code).toBe('SERVICE_ANSWER_INVALID')
})

test.each(['fulcio', 'rekor', 'timestamp'] as const)('%s may stumble once', async (service) => {
  for (const fault of [{ status: 503 }, { status: 429, retryAfter: '0' }, { reset: true }]) {
    workshop.sandbox.faults = { [service]: { ...fault, times: 1 } }
    const bundle = await workshop.keyless().sealMessage(content)
    expect(bundleJson(bundle)).toContain('tlogEntries')
  }
})

const names = { fulcio: 'Fulcio', rekor: 'Rekor', timestamp: 'the timestamp authority' } as const
const troubles: [string, NonNullable<Faults[ServiceName]>, string, RegExp][] = [
  ['is in trouble', { status: 500, retryAfter: '0' }, 'SERVICE_REFUSED', /try again later/],
  ['is asked too often', { status: 429, retryAfter: '9999' }, 'SERVICE_REFUSED', /limits how often/],
  ['is not there', { status: 404 }, 'SERVICE_REFUSED', /address in the signing config/],
  ['drops the connection', { reset: true }, 'SERVICE_UNREACHABLE', /firewall/],
  ['hangs', { hang: true }, 'SERVICE_TIMEOUT', /reachable from here/],
]
test.each(
  (['fulcio', 'rekor', 'timestamp'] as const).flatMap((service) => troubles.map((row) => [service, ...row] as const)),
)('%s that %s is named, with its address and the next step', async (service, _, fault, code, hint) => {
  const error = await failure({ [service]: fault }, { deadline: 800 })
  expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) })
  expect(error.message).toContain(`${names[service]} at http://127.0.0.1:`)
})

test('certificate and witnesses share one deadline', async () => {
  const faults = { fulcio: { delay: 700 }, rekor: { delay: 700 } }
  expect(await failure(faults, { deadline: 1_000 })).toMatchObject({
    code: 'SERVICE_TIMEOUT',
    message: expect.stringContaining('Rekor'),
    expected: expect.stringContaining('1 s'),
  })
})

test("the time that a person takes to agree is not the services' time", async () => {
  const identity: NonNullable<SealerOptions['identity']> = async (patience) => {
    patience.pause()
    await sleep(3_100)
    patience.resume()
    return workshop.identity()(patience)
  }
  await expect(workshop.keyless({ identity, deadline: 3_000 }).sealMessage(content)).resolves.toBeDefined()
})

test('one service that fails ends the others: nothing is under way when the error comes', async () => {
  const begin = performance.now()
  await failure({ rekor: { status: 400 }, timestamp: { delay: 20_000 } })
  expect(performance.now() - begin).toBeLessThan(10_000)
})

test('a failed certificate request is not remembered', async () => {
  const sealer = workshop.keyless()
  workshop.sandbox.faults = { fulcio: { status: 400 } }
  await expect(sealer.sealMessage(content)).rejects.toMatchObject({ code: 'SERVICE_REFUSED' })
  workshop.sandbox.faults = {}
  await expect(sealer.sealMessage(content)).resolves.toBeDefined()
})

test("Fulcio's refusal of a token says which issuer and audience it wants", async () => {
  const other = await workshop.sandbox.token({ kind: 'github' }, { audience: 'someone-else' })
  const identity = async (): ReturnType<ReturnType<typeof workshop.identity>> => ({
    ...(await workshop.identity()()),
    token: new Secret(other),
  })
  const error = await failure({}, { identity })
  expect(error).toMatchObject({
    code: 'SERVICE_REFUSED',
    hint: expect.stringContaining('from GitHub Actions, its issuer is https://token.actions.githubusercontent.com'),
  })
})

test('a signal ends what is under way, and nothing more is asked', async () => {
  const controller = new AbortController()
  workshop.sandbox.faults = { rekor: { hang: true }, timestamp: { hang: true } }
  const before = workshop.sandbox.requests.length
  const sealing = workshop.keyless({ signal: controller.signal }).sealMessage(content)
  await expect.poll(() => workshop.sandbox.requests.slice(before).some(({ service }) => service === 'rekor')).toBe(true)
  controller.abort()
  await expect(sealing).rejects.toMatchObject({ code: 'CANCELLED' })
  workshop.requests()
  await sleep(300)
  expect(workshop.requests()).toEqual([])
})

test('an aborted signal signs nothing', async () => {
  const sealer = workshop.keyless({ signal: AbortSignal.abort() })
  await expect(sealer.sealMessage(content)).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(workshop.requests()).toEqual([])
})

test('a bundle that does not pass the check is not handed out', async () => {
  const check = (): void => {
    throw new SealwaxError('BUNDLE_INVALID', 'some reason', { expected: 'this', found: 'that', hint: 'do so' })
  }
  await expect(workshop.keyless({ check }).sealMessage(content)).rejects.toMatchObject({
    code: 'SELF_CHECK_FAILED',
    message: 'the new signature does not verify: some reason',
    expected: 'this',
    found: 'that',
    hint: 'do so',
  })
})
