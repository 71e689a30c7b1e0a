import { SealwaxError } from '../errors.ts'

const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/**
 * A moment as RFC 3339 writes it, with its zone.
 * @throws SealwaxError `ENCODING_INVALID`
 */
export function timeDecode(text: string): Date {
  const clock = form.exec(text)?.[1]
  const time = new Date(text)
  // Date rolls 30 February and the hour 24 over instead of refusing them.
  if (clock !== undefined && !Number.isNaN(time.getTime()) && isReal(clock)) return time
  throw new SealwaxError('ENCODING_INVALID', 'the text is not a time', {
    expected: 'a time with its zone, as in RFC 3339',
    found: `${text.length} characters`,
  })
}

function isReal(clock: string): boolean {
  const time = new Date(`${clock}Z`)
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(clock)
}
