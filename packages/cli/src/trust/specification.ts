// cosign's way to describe a service in one flag: comma-separated key=value pairs.
import { SealwaxError } from '@sealwax/core/errors'

/** What a kind of service may and must say of itself. */
export interface Shape {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/**
 * The pairs of one value of `flag`. An unknown key is refused: a misspelt `end-time` would be trust without an end.
 * @throws USAGE
 */
export function parseSpecification(text: string, flag: string, { required, optional }: Shape): Map<string, string> {
  const pairs = new Map<string, string>()
  for (const pair of text.split(',')) {
    const [, key = '', value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(pair) ?? []
    const isKnown = required.includes(key) || optional.includes(key)
    if (!isKnown || pairs.has(key)) throw usage(flag, isKnown ? `${key} twice` : pair, required, optional)
    pairs.set(key, value)
  }
  const missing = required.find((key) => !pairs.get(key))
  if (missing !== undefined) throw usage(flag, `no ${missing}`, required, optional)
  return pairs
}

function usage(flag: string, found: string, required: readonly string[], optional: readonly string[]): SealwaxError {
  return new SealwaxError('USAGE', `${flag} does not describe a service`, {
    expected: `${required.join(', ')}; and if need be ${optional.join(', ')}: key=value pairs with commas in between`,
    found,
  })
}

/** For flags that may be given several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text]
}
