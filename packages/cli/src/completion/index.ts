// Completion scripts, made from the commander program, so that they can never name a flag that does not exist. Static text: a
// shell that completes starts no process.
import type { Command, Option } from 'commander'
import { offered } from '../flags/offers.ts'
import { buildProgram } from '../program.ts'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { powershellScript } from './powershell.ts'
import { zshScript } from './zsh.ts'

/** What a shell needs to know of one flag. */
export interface CompletedFlag {
  readonly long: string
  readonly short: string | undefined
  readonly about: string
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

export interface CompletedVerb {
  readonly name: string
  readonly about: string
  readonly flags: readonly CompletedFlag[]
  /** Words that may stand as argument; empty: file names. */
  readonly words: readonly string[]
}

type Shell = 'bash' | 'zsh' | 'fish' | 'powershell'

const writers: Readonly<Record<Shell, (verbs: readonly CompletedVerb[], shared: readonly CompletedFlag[]) => string>> =
  {
    bash: bashScript,
    zsh: zshScript,
    fish: fishScript,
    powershell: powershellScript,
  }

/** The script for one shell. */
export async function completionScript(shell: Shell): Promise<string> {
  const program = await buildProgram('*', { exitCode: 0 })
  const shared = [...program.options.filter((option) => !option.hidden).map(flagOf), help]
  const verbs = program.commands.map((command) => verbOf(command, shared))
  const helpVerb: CompletedVerb = {
    name: 'help',
    about: 'show the help of a verb',
    flags: [],
    words: verbs.map((verb) => verb.name),
  }
  return writers[shell]([...verbs, helpVerb], shared)
}

const help: CompletedFlag = { long: '--help', short: '-h', about: 'show the help', takesValue: false, choices: [] }

function verbOf(command: Command, shared: readonly CompletedFlag[]): CompletedVerb {
  const own = command.options.filter((option) => !option.hidden).map(flagOf)
  const words = command.registeredArguments.flatMap((argument) => argument.argChoices ?? [])
  return { name: command.name(), about: command.summary(), flags: [...own, ...shared], words }
}

function flagOf(option: Option): CompletedFlag {
  return {
    long: option.long ?? '',
    short: option.short,
    about: option.description,
    takesValue: option.required || option.optional,
    choices: offered(option),
  }
}
