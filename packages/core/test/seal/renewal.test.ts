import { expect, test } from 'vitest'
import { openWorkshop } from './workshop.ts'

let clock = new Date()
const workshop = openWorkshop({ now: () => clock })
const content = Buffer.from('content of a file')
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
