import type { Fault } from './fault.ts'

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

/** What hits a request, in the words of the command line, for a person to read; empty where nothing does. */
export function formatFault(fault: Fault): string {
  const { delay, status, retryAfter, skew, lie } = fault
  return [
    delay === undefined ? '' : `delay=${formatDuration(delay)}`,
    status === undefined ? '' : `${status}${retryAfter === undefined ? '' : `@${retryAfter}`}`,
    fault.hang === true ? 'hang' : '',
    fault.reset === true ? 'reset' : '',
    fault.lostAnswer === true ? 'lost' : '',
    skew === undefined ? '' : `skew=${skew < 0 ? '-' : '+'}${formatDuration(Math.abs(skew))}`,
    lie ?? '',
    fault.body === undefined || status !== undefined ? '' : 'body',
  ]
    .filter((word) => word !== '')
    .join(' ')
}

function formatDuration(milliseconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => milliseconds >= length && milliseconds % length === 0) ?? ['ms', 1]
  return `${milliseconds / size}${unit}`
}
