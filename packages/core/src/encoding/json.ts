import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import { utf8Decode } from './text.ts'

/**
 * Outside JSON as a value. `what` names it in the message ("bundle app.sigstore.json"); `limit` is in bytes. An object that
 * names a member twice is refused: one reader would take the first, another the last (RFC 8259 section 4).
 * @throws SealwaxError `INPUT_TOO_LARGE`, `INPUT_INVALID`
 */
export function parseJson(input: string | Uint8Array, what: string, limit: number): unknown {
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength
  if (size > limit)
    throw new SealwaxError('INPUT_TOO_LARGE', `${what} is too large`, {
      expected: `at most ${limit} bytes`,
      found: `${size} bytes`,
    })
  const text = typeof input === 'string' ? input : decode(input, what)
  requireSound(text, what)
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the input, and the input may be a secret given by mistake: it is not passed on.
    throw notJson(what, size)
  }
}

/** A byte order mark stays, and is then no JSON: other readers refuse it too (RFC 8259 section 8.1). */
function decode(input: Uint8Array, what: string): string {
  try {
    return utf8Decode(input)
  } catch {
    throw notJson(what, input.byteLength)
  }
}

function notJson(what: string, size: number): SealwaxError {
  return new SealwaxError('INPUT_INVALID', `${what} is not JSON`, {
    expected: 'one JSON value in UTF-8',
    found: size === 0 ? 'nothing (0 bytes)' : `${size} bytes that are not JSON`,
  })
}

/** The names of the object that is being read at one level; `undefined` for a list. */
type Level = { readonly few: string[]; many?: Set<string> } | undefined

// Most objects have a handful of names, and a set for each would cost more than reading them.
const mostFew = 16

// One walk before the parser's. It nests without end, and whoever walks its result by recursion afterwards would overflow the
// stack; and of equal names it keeps the last without a word. What is no JSON at all is left to the parser.
function requireSound(text: string, what: string): void {
  const outer: Level[] = []
  let level: Level
  let isName = false
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at)
        if (isName && level !== undefined) note(text.slice(at + 1, end), level, what)
        isName = false
        at = end
        break
      }
      case 0x7b: // {
      case 0x5b: // [
        if (outer.push(level) > limits.depth) throw tooDeep(what)
        isName = text.charCodeAt(at) === 0x7b
        level = isName ? { few: [] } : undefined
        break
      case 0x7d: // }
      case 0x5d: // ]
        level = outer.pop()
        break
      case 0x2c: // ,
        isName = level !== undefined
    }
  }
}

function note(written: string, level: NonNullable<Level>, what: string): void {
  const name = written.includes('\\') ? unescaped(written) : written
  if (name === undefined) return
  const { few, many } = level
  if (many === undefined ? few.includes(name) : many.has(name)) throw twice(what)
  if (many !== undefined) many.add(name)
  else if (few.push(name) > mostFew) level.many = new Set(few)
}

function tooDeep(what: string): SealwaxError {
  return new SealwaxError('INPUT_INVALID', `${what} is nested too deeply`, {
    expected: `at most ${limits.depth} levels`,
    found: 'more',
  })
}

function twice(what: string): SealwaxError {
  return new SealwaxError('INPUT_INVALID', `${what} has two members of the same name`, {
    expected: 'each member of an object once',
    found: 'one of them twice',
  })
}

/** `undefined` for an escape that JSON does not have: the parser will refuse it. */
function unescaped(written: string): string | undefined {
  try {
    return String(JSON.parse(`"${written}"`))
  } catch {
    return undefined
  }
}

/** Where the string that begins at `start` ends; long payloads are passed over at the speed of a search. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1
    if (slashes % 2 === 0) return end
  }
  return text.length
}
