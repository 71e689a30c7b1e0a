// The commander program: all verbs by name, one of them (or all, for completion) with its flags.
import { Command, Option } from 'commander'
import { bindEnvironment } from './flags/environment.ts'
import { parseDuration } from './flags/duration.ts'
import { addNegations } from './flags/toggles.ts'
import { helpFormat } from './report/help.ts'
import { more, type Outcome, type Verb, verbs } from './verbs/index.ts'

/**
 * Makes the program. Only the verb called `name` is loaded, so that one verb never pays for another; `'*'` loads all.
 * @param outcome receives the exit code of a verb that ends without an error
 */
export async function buildProgram(name: string | undefined, outcome: Outcome): Promise<Command> {
  const program = new Command('sealwax')
    .description(
      'Sign what a build puts out and verify it, with Sigstore.\n' +
        "Verbs, flags and files are cosign's where cosign has them.",
    )
    .usage('<verb> [flags] [arguments]')
    .exitOverride()
    // Our own report says what went wrong (report/error.ts).
    .configureOutput({ writeErr: () => undefined })
    .configureHelp(helpFormat)
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [verb]', 'show the help of a verb')
    .addHelpText('after', rootHelp)
  program
    .addOption(
      new Option('-t, --timeout <duration>', 'give up after this time, like 90s or 1h')
        .argParser(parseDuration)
        .default(180_000, '3m'),
    )
    .option('-d, --verbose', 'show causes and stack traces of errors')
  addNegations(program)
  program.hook('preAction', (_program, command) => {
    bindEnvironment(command, process.env)
    // A folder that is gone would be told as a missing file, whichever comes first; asking for it throws (report/error.ts).
    if (verbs.some((verb) => verb.name === command.name() && verb.group !== more)) process.cwd()
  })
  for (const verb of verbs) {
    const command = program.command(verb.name).summary(verb.summary).helpGroup(verb.group)
    if (name === '*' || name === verb.name) await load(verb, command, outcome)
  }
  return program
}

async function load(verb: Verb, command: Command, outcome: Outcome): Promise<void> {
  const { declare } = await verb.load()
  declare(command, outcome)
  addNegations(command)
}

const rootHelp = `
Examples:
  # one signature for everything your build has put out
  sealwax sign-build dist
  # is it still what was signed, and by whom?
  sealwax verify-build dist --certificate-identity WHO --certificate-oidc-issuer WHOSE
  # try it all on your own machine, without touching the public log
  eval "$(npx sealwax sandbox --background)"

Every flag can also be given as SEALWAX_<FLAG>, or as cosign's COSIGN_<FLAG>.
Exit codes: 0 good, 1 error, 2 usage, 10 no signature, 11 not found, 12 refused by
the policy, 13 no certificate, 14 could not be verified.
Run "sealwax help <verb>" for flags and examples.`
