import { type Command, Option } from 'commander'

export interface OutputOptions {
  readonly output: 'text' | 'json'
}

/** `-o text|json`, as cosign's verify has it. */
export function addOutputFlag(command: Command): void {
  command.addOption(
    new Option('-o, --output <format>', 'how to print results').choices(['text', 'json']).default('text'),
  )
}
