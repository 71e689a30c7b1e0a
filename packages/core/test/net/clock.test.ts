import { expect, test } from 'vitest'
import { openClocks, span } from '../../src/net/clock.ts'
import { openNetwork, request, startDeadline } from '../../src/net/index.ts'
import { serve } from './server.ts'

const minute = 60_000
function advice(...offsets: readonly (readonly [string, number])[]): string | undefined {
  const clocks = openClocks()
  for (const [service, by] of offsets) clocks.note(service, new Date(Date.now() + by))
  return clocks.advice()
}

test('clocks that agree within a minute are no matter', () => {
  expect(advice()).toBeUndefined()
  expect(advice(['Fulcio', 50_000], ['Rekor', -50_000])).toBeUndefined()
  expect(advice(['Fulcio', Number.NaN])).toBeUndefined()
})

test('where all services agree against this machine its clock is the wrong one', () => {
  expect(advice(['Fulcio', 10 * minute], ['Rekor', 10 * minute + 2_000])).toBe(
    'the clock of this machine is 10 minutes behind the clocks of Fulcio and Rekor: set it',
  )
  expect(advice(['Fulcio', -3_600_000], ['Rekor', -3_600_000], ['the timestamp authority', -3_600_000])).toBe(
    'the clock of this machine is 60 minutes ahead of the clocks of Fulcio, Rekor and the timestamp authority: set it',
  )
})

test('where one service alone differs it is named', () => {
  expect(advice(['Fulcio', 0], ['the timestamp authority', 10 * minute], ['Rekor', 1_000])).toBe(
    'the clock of the timestamp authority is 10 minutes ahead of that of this machine and of Fulcio and Rekor',
  )
  expect(advice(['Fulcio', 0], ['Rekor', -90_000])).toBe(
    'the clock of Rekor is 90 seconds behind that of this machine and of Fulcio',
  )
})

test('the many are believed against the few', () => {
  expect(advice(['A', 0], ['Fulcio', 10 * minute], ['Rekor', 10 * minute])).toContain('the clock of this machine is')
  expect(advice(['A', 0], ['B', 0], ['Fulcio', 10 * minute], ['Rekor', 10 * minute])).toBe(
    'the clocks of Fulcio and Rekor are 10 minutes ahead of that of this machine and of A and B',
  )
})

test('with a single witness, or two that differ, nobody is blamed', () => {
  expect(advice(['Fulcio', 10 * minute])).toBe(
    'the clock of this machine is 10 minutes behind that of Fulcio: one of the two is wrong',
  )
  expect(advice(['Fulcio', 10 * minute], ['Rekor', -10 * minute])).toContain('one of the two is wrong')
})

test('spans are told in the unit that a person would take', () => {
  expect([1_000, 119_000, 600_000, -7_200_000, 86_400_000 * 3].map(span)).toEqual([
    '1 seconds',
    '119 seconds',
    '10 minutes',
    '2 hours',
    '3 days',
  ])
})

test('each answer tells the time, also one that refuses; one out of a cache does not', async () => {
  const date = new Date(Date.now() + 10 * minute).toUTCString()
  for (const [headers, expected] of [
    [{ date }, expect.stringContaining('10 minutes behind that of Fulcio')],
    [{ date, age: '600' }, undefined],
    [{ date: 'yesterday' }, undefined],
  ] as const) {
    const { url } = await serve((_, response) => response.writeHead(400, headers).end())
    const network = openNetwork()
    await request(url, { network, deadline: startDeadline(5_000), service: 'Fulcio' }).catch(() => undefined)
    expect(network.clocks.advice()).toEqual(expected)
  }
})
