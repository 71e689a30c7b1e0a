import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addFault,
  faultTexts,
  formatFault,
  knownLies,
  parseFault,
  serviceNames,
  type Fault,
  type ServiceName,
} from '../../src/faults/index.ts'

const READ: readonly [string, ServiceName, Fault][] = [
  ['rekor:429x3', 'rekor', { status: 429, retryAfter: '1', times: 3 }],
  ['rekor:429%50', 'rekor', { status: 429, retryAfter: '1', chance: 0.5 }],
  ['rekor2:429@5%25x2', 'rekor2', { status: 429, retryAfter: '5', chance: 0.25, times: 2 }],
  ['fulcio:500', 'fulcio', { status: 500 }],
  ['fulcio:503@2', 'fulcio', { status: 503, retryAfter: '2' }],
  ['timestamp:hang', 'timestamp', { hang: true }],
  ['rekor:lostx1', 'rekor', { lostAnswer: true, times: 1 }],
  ['tuf:reset', 'tuf', { reset: true }],
  ['fulcio:delay=3s', 'fulcio', { delay: 3000 }],
  ['fulcio:delay=1.5sx2', 'fulcio', { delay: 1500, times: 2 }],
  ['identity:delay=250ms', 'identity', { delay: 250 }],
  ['timestamp:skew=+10m', 'timestamp', { skew: 600_000 }],
  ['tuf:skew=-2d', 'tuf', { skew: -172_800_000 }],
  ['fulcio:wrong-certificate', 'fulcio', { lie: 'wrong-certificate' }],
  ['rekor2:split-view%100', 'rekor2', { lie: 'split-view', chance: 1 }],
]
test.each(READ)('%s is read', (text, service, fault) => {
  expect(parseFault(text)).toEqual({ service, fault })
})

const REFUSED: readonly [string, string][] = [
  ['', 'SERVICE:WHAT'],
  ['rekor', 'SERVICE:WHAT'],
  ['rekor:', 'SERVICE:WHAT'],
  ['rekor:429 x3', 'SERVICE:WHAT'],
  ['rekr:429', 'there are fulcio, rekor, rekor2, timestamp, identity, tuf'],
  ['rekor:200', 'rekor can do 400 to 599'],
  ['rekor:600', 'rekor can do 400 to 599'],
  ['fulcio:bad-proof', 'hang, reset, lost, skew=+20m, wrong-certificate, bad-sct'],
  ['rekor2:skew=+10m', 'rekor2 can do'],
  ['rekor:delay', 'delay=3s'],
  ['rekor:delay=3', 'SERVICE:WHAT'],
  ['rekor:delay=-3s', 'no duration like 3s'],
  ['rekor:delay=0s', 'no duration'],
  ['rekor:delay=3y', 'no duration'],
  ['rekor:delay=9999999d', 'no duration'],
  ['rekor:hang=3s', 'rekor can do'],
  ['rekor:hang@3', '@SECONDS goes with a status only'],
  ['rekor:429%0', '1 to 100 percent'],
  ['rekor:429%101', '1 to 100 percent'],
  ['rekor:429x0', 'hits no request'],
  ['rekor:429x', 'SERVICE:WHAT'],
  ['constructor:429', 'is no service'],
  ['rekor:constructor', 'rekor can do'],
]
test.each(REFUSED)('%j is refused with what there is instead', (text, words) => {
  expect(() => parseFault(text)).toThrow(words)
  expect(() => parseFault(text)).toThrow(TypeError)
})

test('any text is read or refused, and a refusal is always of the one kind', () => {
  const part = fc.constantFrom('rekor', ':', '429', 'delay', '=', '3s', '@', '%', 'x', '5', '-', 'hang')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part).map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          expect(serviceNames).toContain(parseFault(text).service)
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
        }
      },
    ),
  )
})

test('each offered text is read, and what hits a request is told in the same words', () => {
  expect(faultTexts.length).toBeGreaterThan(60)
  for (const text of faultTexts) {
    const { service, fault } = parseFault(text)
    expect(parseFault(`${service}:${formatFault(fault)}`)).toEqual({ service, fault })
  }
})

test('faults that are made of several things are told with all of them', () => {
  expect(formatFault({ delay: 1500, lie: 'bad-sct', skew: -3_600_000 })).toBe('delay=1500ms skew=-1h bad-sct')
  expect(formatFault({ body: '{' })).toBe('body')
  expect(formatFault({ times: 2 })).toBe('')
})

test('faults of one service are added after one another', () => {
  const texts = ['rekor:lostx1', 'rekor:500x2', 'tuf:expired']
  const faults = texts.map((text) => parseFault(text)).reduce(addFault, { rekor: { hang: true, times: 1 } })
  expect(faults).toEqual({
    rekor: [
      { hang: true, times: 1 },
      { lostAnswer: true, times: 1 },
      { status: 500, times: 2 },
    ],
    tuf: [{ lie: 'expired' }],
  })
})

test('the README says what each lie of each service is, and names no other', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const rows = readme.split('\n').filter((line) => line.startsWith('|'))
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  const columns = cells.find(([first]) => first === 'lie')?.slice(1) ?? []
  expect(columns).toEqual(serviceNames)
  const described = serviceNames.map((service, index) => {
    const lies = cells.filter(
      (row) => row.length === columns.length + 1 && row[0]?.startsWith('`') && row[index + 1] !== '',
    )
    return [service, lies.map(([name = '']) => name.replaceAll('`', '')).toSorted()]
  })
  expect(Object.fromEntries(described)).toEqual(
    Object.fromEntries(serviceNames.map((service) => [service, knownLies[service].toSorted()])),
  )
})
