// The same client as the suite starts it: a process for each call. A sample; suite.test.ts has them all.
import { expect, test } from 'vitest'
import { codesOf, runProcess } from './client.ts'
import { refusals } from './refusals.ts'
import { type By, suite } from './suite.ts'

const every = (step: number, by: By): [By, (typeof suite)[number]][] =>
  suite.filter((_, at) => at % step === 0).map((one) => [by, one])
const sample = [...every(7, 'path'), ...every(11, 'digest')].map(([by, one]) => [one.name, by, one] as const)

test.each(sample)('%s by %s ends as it should', async (name, by, { argv, isGood }) => {
  const outcome = await runProcess(argv(by))
  if (isGood) expect(outcome).toEqual({ code: 0, stdout: 'verified\n', stderr: '' })
  else {
    expect(outcome.code).toBe(1)
    expect(codesOf(outcome)).toContain(refusals[name])
  }
})

test('the sample has both kinds of cases', () => {
  expect(new Set(sample.map(([, , { isGood }]) => isGood))).toEqual(new Set([true, false]))
})

test('a call that is not of the protocol ends with 2', async () => {
  const outcome = await runProcess(['verify-bundle'])
  expect(outcome.code).toBe(2)
  expect(codesOf(outcome)).toEqual(['USAGE'])
})
