import { type ErrorCode, SealwaxError } from '../errors.ts'
import { base64Decode, hexDecode } from './base64.ts'
import { timeDecode } from './time.ts'

/** A JSON object whose member names are all known. */
export type Members = Readonly<Record<string, unknown>>

/** Reads values out of untrusted JSON; `at` is where the value stands, for the message. */
export interface MessageReader {
  /** An object with no other members than `names`; `null` and absent are the same, as in protobuf's JSON mapping. */
  object(value: unknown, at: string, names: readonly string[]): Members
  /** As `object`, and `undefined` when absent. */
  optional(value: unknown, at: string, names: readonly string[]): Members | undefined
  list(value: unknown, at: string, limit: number): readonly unknown[]
  text(value: unknown, at: string): string
  /** Standard base64. */
  bytes(value: unknown, at: string): Buffer
  hex(value: unknown, at: string): Buffer
  /** A 64-bit integer that is not negative, as its decimal text. */
  integer(value: unknown, at: string): string
  /** A moment as RFC 3339 writes it, its zone included; `undefined` when absent. */
  time(value: unknown, at: string): Date | undefined
  /** An enum value: its name, or its number. Unknown ones are `undefined`. */
  choice<T>(
    value: unknown,
    at: string,
    names: Readonly<Record<string, T>>,
    numbers: Readonly<Record<number, T>>,
  ): T | undefined
  fail(at: string, expected: string, found: string): SealwaxError
}

/**
 * A strict reader for the JSON form of protobuf messages (protobuf.dev, "ProtoJSON Format") and other fixed shapes. Absent
 * scalars have their zero value, as Go's encoder leaves zeros out. Members that the schema does not know are refused, as
 * sigstore-go does: a misspelt field would otherwise be a check that silently does not happen.
 */
export function messageReader(code: ErrorCode, what: string): MessageReader {
  const fail = (at: string, expected: string, found: string): SealwaxError =>
    new SealwaxError(code, `${what} is not valid: ${at}`, { expected, found })

  const optional = (value: unknown, at: string, names: readonly string[]): Members | undefined => {
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'object' || Array.isArray(value)) throw fail(at, 'an object', kindOf(value))
    const other = Object.keys(value).find((name) => !names.includes(name))
    if (other !== undefined)
      throw fail(at, `only ${names.join(', ')}`, `a member ${JSON.stringify(other.slice(0, 40))}`)
    return value as Members
  }

  const text = (value: unknown, at: string): string => {
    if (value === undefined || value === null) return ''
    if (typeof value !== 'string') throw fail(at, 'a string', kindOf(value))
    // A string of protobuf is UTF-8, which has no form for half of a surrogate pair.
    if (!value.isWellFormed()) throw fail(at, 'text in Unicode', 'half of a surrogate pair')
    return value
  }

  const decoded = <T>(decode: (input: string) => T, expected: string, value: unknown, at: string): T => {
    const input = text(value, at)
    try {
      return decode(input)
    } catch {
      throw fail(at, expected, `${input.length} characters that are not`)
    }
  }

  return {
    fail,
    optional,
    text,
    object: (value, at, names) => {
      const members = optional(value, at, names)
      if (members === undefined) throw fail(at, 'an object', 'nothing')
      return members
    },
    list: (value, at, limit) => {
      if (value === undefined || value === null) return []
      if (!Array.isArray(value)) throw fail(at, 'a list', kindOf(value))
      if (value.length > limit) throw fail(at, `at most ${limit} items`, `${value.length} items`)
      return value
    },
    bytes: (value, at) => decoded(base64Decode, 'standard base64 with padding', value, at),
    hex: (value, at) => decoded(hexDecode, 'hexadecimal', value, at),
    integer: (value, at) => {
      if (value === undefined || value === null) return '0'
      if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value)
      if (typeof value === 'string' && isInteger64(value)) return value
      throw fail(at, 'an integer from 0 to 2^63-1', kindOf(value))
    },
    time: (value, at) =>
      text(value, at) === '' ? undefined : decoded(timeDecode, 'a time with its zone, as in RFC 3339', value, at),
    choice: (value, at, names, numbers) => {
      if (typeof value === 'number') return numbers[value]
      const name = text(value, at)
      return Object.hasOwn(names, name) ? names[name] : undefined
    },
  }
}

function isInteger64(text: string): boolean {
  return /^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) < 2n ** 63n
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value === null || value === undefined) return 'nothing'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
