import { expect, test } from 'vitest'
import { openWorkshop } from './workshop.ts'

let clock = new Date()
const workshop = openWorkshop({ now: () => clock })
const content = Buffer.from('content of a file')
const inToto = 'application/vnd.in-toto+json'
const statement = Buffer.from(
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'a.js', digest: { sha256: 'ab'.repeat(32) } }],
    predicateType: 'https://example.test/predicate',
    predicate: {},
  }),
)
const certificates = (): number => workshop.requests().filter((line) => line.startsWith('fulcio')).length
const later = (minutes: number): void => void (clock = new Date(clock.getTime() + minutes * 60_000))

test('a certificate is used as long as a signature begun now can end within its ten minutes', async () => {
  const sealer = workshop.keyless({ deadline: 120_000 })
  await sealer.sealMessage(content)
  expect(certificates()).toBe(1)
  later(7.9)
  await sealer.sealMessage(content)
  expect(certificates()).toBe(0)
  later(0.2)
  await Promise.all([sealer.sealMessage(content), sealer.sealMessage(content)])
  expect(certificates()).toBe(1)
})

test('a deadline longer than the certificate lives does not mean a certificate for every signature', async () => {
  const sealer = workshop.keyless({ deadline: 3_600_000 })
  await sealer.sealMessage(content)
  await sealer.sealMessage(content)
  expect(certificates()).toBe(1)
})

test('a clock that runs behind does not mean a certificate for every signature', async () => {
  const sealer = workshop.keyless({ now: () => new Date(clock.getTime() - 3_000_000), check: () => undefined })
  await sealer.sealMessage(content)
  await sealer.sealMessage(content)
  expect(certificates()).toBe(1)
})

test('content that takes longer to read than a certificate lives is signed under a certificate that is valid then', async () => {
  const sealer = workshop.keyless()
  await sealer.sealMessage(content)
  workshop.requests()
  async function* slowly(): AsyncGenerator<Buffer> {
    yield content
    later(30)
    yield content
  }
  await sealer.sealMessage(slowly())
  expect(certificates()).toBe(1)
})

test('the certificate is asked for while a payload is being made', async () => {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  const sealing = workshop.keyless().sealEnvelope(inToto, promise)
  await expect.poll(() => workshop.steps).toContain('certificate')
  expect(workshop.steps).not.toContain('sign')
  resolve(statement)
  expect((await sealing).content.$case).toBe('dsseEnvelope')
  expect(certificates()).toBe(1)
})

test('a payload that takes longer than a certificate lives is signed under another one', async () => {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  const sealing = workshop.keyless().sealEnvelope(inToto, promise)
  await expect.poll(() => certificates()).toBe(1)
  // Its answer has been read by then.
  await new Promise((done) => setTimeout(done, 200))
  later(30)
  resolve(statement)
  await sealing
  expect(certificates()).toBe(1)
})

test('the time that a payload takes is not the time of the services', async () => {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  const sealing = workshop.keyless({ deadline: 1_500 }).sealEnvelope(inToto, promise)
  await new Promise((done) => setTimeout(done, 2_000))
  resolve(statement)
  expect((await sealing).content.$case).toBe('dsseEnvelope')
})

test('a payload that cannot be made ends the signature, and not those beside it', async () => {
  workshop.sandbox.faults = { fulcio: { delay: 300 } }
  const sealer = workshop.keyless()
  const { promise, reject } = Promise.withResolvers<Buffer>()
  const broken = sealer.sealEnvelope(inToto, promise)
  const other = sealer.sealEnvelope(inToto, statement)
  await expect.poll(() => workshop.steps).toContain('certificate')
  reject(new Error('the disk is gone'))
  await expect(broken).rejects.toThrow('the disk is gone')
  expect((await other).content.$case).toBe('dsseEnvelope')
})
