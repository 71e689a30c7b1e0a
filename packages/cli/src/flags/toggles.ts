// cosign's booleans may be written --flag, --flag=true and --flag=false. Commander knows only the first: the other two are
// rewritten before it reads them.
import { type Command, Option } from 'commander'
import { SealwaxError } from '@sealwax/core/errors'

/** The words that a Go command accepts for a boolean, so that COSIGN_YES=1 means here what it means to cosign. */
export function parseToggle(text: string, name: string): boolean {
  if (['1', 't', 'true'].includes(text.toLowerCase())) return true
  if (['0', 'f', 'false'].includes(text.toLowerCase())) return false
  throw new SealwaxError('USAGE', `${name} is either true or false`, { expected: 'true or false', found: text })
}

/** Gives each boolean flag a hidden --no-… form, which `--flag=false` is rewritten to. */
export function addNegations(command: Command): void {
  for (const option of command.options.filter((one) => one.isBoolean() && !one.negate)) {
    command.addOption(new Option(`--no-${option.name()}`).hideHelp())
  }
}

/** A flag of cosign's own that says no (`--no-default-rekor`), and not the opposite of another. */
export function isOwnNegation(option: Option): boolean {
  return option.negate && !option.hidden
}

/** Rewrites `--flag=true|false` of boolean flags; everything after `--` stays as it is. */
export function rewriteToggles(argv: readonly string[], program: Command, verb: string | undefined): string[] {
  const command = program.commands.find((one) => one.name() === verb)
  const options = [...program.options, ...(command?.options ?? [])]
  const booleans = new Set(options.filter((one) => one.isBoolean()).map((one) => one.name()))
  const negations = new Set(options.filter(isOwnNegation).map((one) => one.name()))
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length
  return argv.flatMap((argument, at) => {
    const [, name, value] = /^--([^=]+)=(.*)$/s.exec(argument) ?? []
    if (at >= end || name === undefined || value === undefined) return argument
    // Not to say no is to say nothing.
    if (negations.has(name)) return parseToggle(value, `--${name}`) ? `--${name}` : []
    if (!booleans.has(name)) return argument
    return parseToggle(value, `--${name}`) ? `--${name}` : `--no-${name}`
  })
}
