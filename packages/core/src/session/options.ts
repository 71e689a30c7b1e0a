import { SealwaxError } from '../errors.ts'

type Kind = 'text' | 'list' | 'some' | 'boolean' | 'object' | 'function' | 'number' | 'any'

// The options of BuildOptions, whatever compiled the caller: in JavaScript nothing else looks at them.
const known: Readonly<Record<string, Kind>> = {
  mode: 'text',
  required: 'any', // Looked at with its variable, whose words it shares.
  key: 'text',
  identityToken: 'text',
  roots: 'some',
  bundle: 'text',
  dotfiles: 'boolean',
  exclude: 'list',
  trustedRoot: 'text',
  signingConfig: 'text',
  staging: 'boolean',
  transparency: 'text',
  caFile: 'text',
  timestampClient: 'object',
  env: 'object',
  onSigned: 'function',
}

/** What `signBuild` takes beside them. */
export const signingHooks: Readonly<Record<string, Kind>> = {
  password: 'function',
  consent: 'function',
  onStep: 'function',
  deadline: 'number',
  onWarning: 'function',
  signal: 'object',
  log: 'object',
}

const words: Readonly<Record<Kind, string>> = {
  text: 'text',
  list: 'a list of names: [...]',
  some: 'a list of one or more names: [...]',
  boolean: 'true or false',
  object: 'an object',
  function: 'a function',
  number: 'a number',
  any: 'a value, or nothing at all',
}

/**
 * Refuses an option that does not exist (a mistyped `required` would let a release go out unsigned) and one of the wrong
 * type. `undefined` is as good as not there.
 * @throws SealwaxError `USAGE`
 */
export function checkOptions(options: unknown, more: Readonly<Record<string, Kind>> = {}): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new SealwaxError('USAGE', 'the options are not usable', {
      expected: 'an object, for example { required: true }',
      found: Array.isArray(options) ? 'a list' : shown(options),
    })
  const all: Readonly<Record<string, Kind>> = { ...known, ...more }
  for (const [name, value] of Object.entries(options)) {
    const kind = Object.hasOwn(all, name) ? all[name] : undefined
    if (kind === undefined) throw unknown(name, Object.keys(all))
    if (value !== undefined && !isKind(value, kind))
      throw new SealwaxError('USAGE', `the option \`${name}\` is not usable`, {
        expected: words[kind],
        found: shown(value),
      })
  }
}

function isKind(value: unknown, kind: Kind): boolean {
  if (value === null) return false
  if (kind === 'any') return true
  if (kind === 'list' || kind === 'some')
    return Array.isArray(value) && value.every(isText) && (kind === 'list' || value.length > 0)
  // An empty text is what a variable leaves that is not set where it was meant to be: nothing may be decided by that.
  if (kind === 'text') return isText(value)
  return typeof value === kind
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** The type alone: what was put in the wrong place may be a token. */
function shown(value: unknown): string {
  if (value === null) return 'null'
  if (value === '') return 'an empty text'
  if (!Array.isArray(value)) return typeof value
  return value.length === 0 ? 'an empty list' : 'a list with something else in it'
}

function unknown(name: string, names: readonly string[]): SealwaxError {
  const near = names.find((one) => one.toLowerCase().startsWith(name.toLowerCase())) ?? names.find(isNear(name))
  return new SealwaxError('USAGE', `there is no option ${JSON.stringify(name.slice(0, 100))}`, {
    expected: names.join(', '),
    found: name.slice(0, 100),
    hint: near === undefined ? undefined : `did you mean \`${near}\`?`,
  })
}

/** Whether two names differ by two letters at most: changed, missing or too many (Levenshtein's distance). */
function isNear(name: string): (other: string) => boolean {
  return (other) => {
    let row = Array.from({ length: other.length + 1 }, (_, at) => at)
    for (const letter of name.slice(0, 40)) {
      const next = [(row[0] ?? 0) + 1]
      for (let at = 1; at < row.length; at++) {
        const changed = (row[at - 1] ?? 0) + Number(letter !== other[at - 1])
        next.push(Math.min(changed, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1))
      }
      row = next
    }
    return (row.at(-1) ?? 0) <= 2
  }
}
