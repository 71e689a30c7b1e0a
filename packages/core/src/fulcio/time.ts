import { SealwaxError } from '../errors.ts'
import { type DerNode, tags } from '../encoding/index.ts'

/**
 * A UTCTime or GeneralizedTime in its DER form: UTC, seconds present, fractions only in GeneralizedTime (X.690 section
 * 11.7). UTCTime years 50 to 99 are 19xx (RFC 5280 section 4.1.2.5.1).
 * @throws SealwaxError `ENCODING_INVALID`
 */
export function readTime(node: DerNode): Date {
  const text = node.content.toString('latin1')
  const short = node.tag === tags.utcTime
  if (!short && node.tag !== tags.generalizedTime) throw invalid(`tag ${node.tag}`)
  const pattern = short
    ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})()Z$/
    : /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\.\d{0,8}[1-9])?Z$/
  const match = pattern.exec(text)
  if (match === null) throw invalid(`${text.length} characters of another form`)
  const [, head = '', month, day, hour, minute, second, fraction = ''] = match
  const year = short ? `${Number(head) >= 50 ? '19' : '20'}${head}` : head
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const time = new Date(`${written}${fraction.slice(0, 4)}Z`)
  // Date rolls the 31st of a short month over instead of refusing it.
  if (Number.isNaN(time.getTime()) || !time.toISOString().startsWith(written))
    throw invalid('a day that does not exist')
  return time
}

function invalid(found: string): SealwaxError {
  return new SealwaxError('ENCODING_INVALID', 'the value is not a time', {
    expected: 'a UTCTime or GeneralizedTime in DER',
    found,
  })
}
