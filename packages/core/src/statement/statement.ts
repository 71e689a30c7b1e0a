import { parseJson } from '../encoding/index.ts'
import { SealwaxError } from '../errors.ts'
import { limits } from '../limits.ts'
import type { Subject } from '../subject/index.ts'

/** The DSSE payload type of every in-toto statement (in-toto Envelope v1). */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** The statement version written here. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'

/** The version before it, which cosign's `attest` still writes. The fields are the same. */
const OLDER_TYPE = 'https://in-toto.io/Statement/v0.1'

/** An in-toto statement: of these subjects, this predicate is said. */
export interface Statement {
  readonly _type: typeof STATEMENT_TYPE | typeof OLDER_TYPE
  readonly subject: readonly Subject[]
  /** A URI that says what the predicate means. */
  readonly predicateType: string
  readonly predicate: unknown
}

/**
 * A statement from a DSSE payload: v1, or v0.1. Digests of known algorithms must have their length; names may be anything
 * (an image's statement has none) and are not made safe here.
 * @throws SealwaxError `STATEMENT_INVALID`, `INPUT_TOO_LARGE`
 */
export function parseStatement(bytes: Uint8Array): Statement {
  const value = record(json(bytes), 'the statement')
  const { _type, subject, predicateType, predicate } = value
  if (_type !== STATEMENT_TYPE && _type !== OLDER_TYPE)
    throw invalid('the statement has an unknown type', STATEMENT_TYPE, shown(_type))
  if (typeof predicateType !== 'string' || predicateType === '')
    throw invalid('the statement has no predicate type', 'a URI', shown(predicateType))
  if (!Array.isArray(subject) || subject.length === 0)
    throw invalid('the statement names no subject', 'at least one', shown(subject))
  if (subject.length > limits.readSubjects)
    throw invalid('the statement names too many subjects', `at most ${limits.readSubjects}`, String(subject.length))
  return { _type, subject: subject.map(readSubject), predicateType, predicate }
}

function json(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes, 'the statement', limits.payload)
  } catch (cause) {
    if (cause instanceof SealwaxError && cause.code === 'INPUT_INVALID')
      throw new SealwaxError('STATEMENT_INVALID', cause.message, {
        expected: cause.expected,
        found: cause.found,
        cause,
      })
    throw cause
  }
}

const lengths: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
])

function readSubject(item: unknown, index: number): Subject {
  const where = `subject ${index + 1} of the statement`
  const { name = '', digest } = record(item, where)
  if (typeof name !== 'string') throw invalid(`${where} has no usable name`, 'text', shown(name))
  const pairs = Object.entries(record(digest, `the digest of ${where}`))
  if (pairs.length === 0 || pairs.length > 32)
    throw invalid(`${where} has no usable digest`, '1 to 32 algorithms', String(pairs.length))
  return { name, digest: Object.fromEntries(pairs.map((pair) => readDigest(where, ...pair))) }
}

function readDigest(where: string, algorithm: string, value: unknown): [string, string] {
  const length = lengths.get(algorithm)
  if (typeof value !== 'string') throw invalid(`${where} has no usable digest`, 'text', shown(value))
  if (length === undefined) return [algorithm, value]
  const digest = value.toLowerCase()
  if (digest.length === length && /^[0-9a-f]+$/.test(digest)) return [algorithm, digest]
  throw invalid(`${where} has no usable ${algorithm} digest`, `${length} hexadecimal digits`, shown(value))
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw invalid(`${what} is not an object`, 'a JSON object', shown(value))
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100)
}

function invalid(message: string, expected: string, found: string): SealwaxError {
  return new SealwaxError('STATEMENT_INVALID', message, { expected, found })
}
