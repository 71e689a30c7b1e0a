// How help looks: 80 columns, long flags on a line of their own, so that the descriptions keep one narrow margin.
import type { Command, Help, HelpConfiguration, Option } from 'commander'
import { onStdout } from '../terminal/text.ts'

const margin = 26

export const helpFormat: HelpConfiguration = {
  helpWidth: Math.min(process.stdout.columns ?? 80, 100),
  showGlobalOptions: true,
  padWidth: (command: Command, helper: Help) =>
    Math.min(
      margin,
      Math.max(helper.longestOptionTermLength(command, helper), helper.longestSubcommandTermLength(command, helper)),
    ),
  // cosign calls them flags; and `help` is the only command that commander lists on its own.
  styleTitle: (title: string) =>
    onStdout(
      'bold',
      title.replace('Options:', 'Flags:').replace('Global Flags:', 'Global flags:').replace('Commands:', 'Help:'),
    ),
  styleUsage: (usage: string) => usage.replace('[options]', '[flags]'),
  optionDescription: (option: Option) => [option.description, ...remarks(option)].join(' '),
  subcommandTerm: (command: Command) => (command.name() === 'help' ? 'help [verb]' : command.name()),
  formatItem: (term: string, width: number, description: string, helper: Help) => {
    const column = width + 4
    const text = helper.boxWrap(description, (helper.helpWidth ?? 80) - column).split('\n')
    const lines =
      term.length > width ? [term, ...text.map((line) => ' '.repeat(column - 2) + line)] : join(term, width, text)
    return lines.map((line) => `  ${line}`.trimEnd()).join('\n')
  },
}

function join(term: string, width: number, [first = '', ...rest]: readonly string[]): string[] {
  return [`${term.padEnd(width)}  ${first}`, ...rest.map((line) => ' '.repeat(width + 2) + line)]
}

function remarks({ argChoices, defaultValue, defaultValueDescription }: Option): string[] {
  const shown = defaultValueDescription ?? defaultValue
  const remark = [
    ...(argChoices === undefined ? [] : [argChoices.join(', ')]),
    ...(shown === undefined || shown === false ? [] : [`default: ${String(shown)}`]),
  ]
  return remark.length === 0 ? [] : [`(${remark.join('; ')})`]
}

/** The examples of a verb, as they stand at the end of its help. Lines that begin with # are comments. */
export function examples(...lines: readonly string[]): string {
  return `\n${onStdout('bold', 'Examples:')}\n${lines.map((line) => `  ${line}`).join('\n')}`
}
