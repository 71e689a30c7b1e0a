import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'

/**
 * JSON Canonicalization Scheme (RFC 8785): keys sorted by UTF-16 code units, numbers and strings as ECMAScript writes
 * them, no white space. `undefined` members are left out, as JSON.stringify does.
 * @throws SealwaxError `INPUT_INVALID` for what JSON cannot hold, or hold in one way only: NaN, infinite numbers, lone
 * surrogates, functions, and nesting beyond `limits.depth`
 */
export function canonicalJson(value: unknown): string {
  return canonical(value, 0)
}

function canonical(value: unknown, depth: number): string {
  if (depth > limits.depth) throw notCanonical(`more than ${limits.depth} levels`)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' && !Number.isFinite(value)) throw notCanonical(`the number ${value}`)
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null, depth + 1)).join(',')}]`
  if (typeof value !== 'object') throw notCanonical(`a value of type ${typeof value}`)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${quoted(name)}:${canonical(member, depth + 1)}`)
  return `{${members.join(',')}}`
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw notCanonical('a string with half of a surrogate pair')
  return JSON.stringify(text)
}

function notCanonical(found: string): SealwaxError {
  return new SealwaxError('INPUT_INVALID', 'the value has no canonical JSON', {
    expected: 'what RFC 8785 can write in exactly one way',
    found,
  })
}
