// From arguments to an exit code. Every error of every verb ends here; nothing below calls process.exit.
import { CommanderError } from 'commander'
import { exitCodeOf } from './report/exit.ts'
import { reportError, typed, verbMissing, usageError, type View } from './report/error.ts'
import { buildProgram } from './program.ts'
import { rewriteToggles } from './flags/toggles.ts'
import { viewOf } from './flags/view.ts'
import { concealSecrets } from './terminal/concealed.ts'
import { settle } from './terminal/streams.ts'
import { verbs } from './verbs/index.ts'

/** Runs one command line. Resolves to the exit code; results are on stdout, everything else on stderr. */
export async function run(argv: readonly string[]): Promise<number> {
  // The verb is the first argument that is one: only its file is loaded.
  const name = argv.find(isVerb)
  const view = viewOf(argv, name, process.env)
  await concealSecrets(argv, process.env)
  const code = await runVerb(argv, name, view)
  return settle(code, (fault) => reportError(fault, view))
}

async function runVerb(argv: readonly string[], name: string | undefined, view: View): Promise<number> {
  try {
    const outcome = { exitCode: 0 }
    const program = await buildProgram(name, outcome)
    const words = argv.filter((argument) => !argument.startsWith('-'))
    const topic = words[0] === 'help' ? (words[1] ?? 'help') : undefined
    if (argv.length === 0 || topic === 'help') program.outputHelp()
    else {
      const args = topic === undefined ? rewriteToggles(argv, program, name) : helpOf(topic)
      await program.parseAsync(args, { from: 'user' })
    }
    return outcome.exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    const cause = error instanceof CommanderError ? told(error, name) : typed(error)
    reportError(cause, view)
    return exitCodeOf(cause, name)
  }
}

/** Help of a verb that does not exist is answered as the verb itself would be: with a suggestion. */
function helpOf(topic: string): string[] {
  return isVerb(topic) ? [topic, '--help'] : [topic]
}

function told(error: CommanderError, name: string | undefined): Error {
  // Commander answers flags without a verb with the help, as an error; the help itself is not shown then.
  return error.code === 'commander.help' ? verbMissing() : usageError(error, name)
}

function isVerb(argument: string): boolean {
  return verbs.some((verb) => verb.name === argument)
}
