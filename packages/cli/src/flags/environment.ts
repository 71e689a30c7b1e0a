// Every flag also as an environment variable: SEALWAX_<FLAG>, then cosign's COSIGN_<FLAG>. What stands on the command line wins.
import { isSealwaxError, SealwaxError } from '@sealwax/core/errors'
import type { Command, Option } from 'commander'
import { isOwnNegation, parseToggle } from './toggles.ts'

/** Fills the flags of `command` and of its parents that were not given from `env`. An empty variable counts as not set. */
export function bindEnvironment(command: Command, env: NodeJS.ProcessEnv): void {
  for (let owner: Command | null = command; owner !== null; owner = owner.parent) {
    for (const option of owner.options) bind(owner, option, env)
  }
}

const identity = [
  'identityToken',
  'certificateIdentity',
  'certificateIdentityRegexp',
  'certificateOidcIssuer',
  'certificateOidcIssuerRegexp',
]

/** Flags that mean the opposite of one another: one on the command line also wins over the variables of the others. */
const opposites: readonly (readonly (readonly string[])[])[] = [
  [['key'], identity],
  [['predicate'], ['statement']],
]

/** The variables that stand for a flag, the one that counts first. */
export function variablesOf(option: Option): string[] {
  const name = option.name().toUpperCase().replaceAll('-', '_')
  return [`SEALWAX_${name}`, `COSIGN_${name}`]
}

function bind(command: Command, option: Option, env: NodeJS.ProcessEnv): void {
  const key = option.attributeName()
  const source = command.getOptionValueSource(key)
  if (
    (option.negate && !isOwnNegation(option)) ||
    (source !== undefined && source !== 'default') ||
    isOverruled(command, key)
  )
    return
  for (const variable of variablesOf(option)) {
    const text = env[variable]
    if (text === undefined || text === '') continue
    command.setOptionValueWithSource(key, valueOf(option, text, variable), 'env')
    return
  }
}

function isOverruled(command: Command, key: string): boolean {
  const against = opposites.filter((sides) => sides.some((side) => side.includes(key)))
  const others = against.flat().filter((side) => !side.includes(key))
  return others.flat().some((other) => command.getOptionValueSource(other) === 'cli')
}

function valueOf(option: Option, text: string, variable: string): unknown {
  if (option.negate) return !parseToggle(text, variable)
  if (option.isBoolean()) return parseToggle(text, variable)
  if (option.variadic) return text.split(',')
  if (option.parseArg === undefined) return text
  try {
    return option.parseArg(text, undefined)
  } catch (cause) {
    // It speaks of the flag; whoever has to change it looks for the variable.
    const expected = (isSealwaxError(cause) ? cause.expected : undefined) ?? option.argChoices?.join(', ')
    throw new SealwaxError('USAGE', `the variable ${variable} has no usable value`, { expected, found: text, cause })
  }
}
