// sandbox: @sealwax/sandbox in the foreground or in the background.
import { resolve } from 'node:path'
import { faultTexts } from '@sealwax/sandbox/faults'
import { type Command, Option } from 'commander'
import type { Declare } from './index.ts'
import { offer } from '../flags/offers.ts'
import { examples } from '../report/help.ts'
import { advice, defaultShell, type Shell } from '../sandbox/advice.ts'
import { defaultDirectory } from '../sandbox/folder.ts'
import { collectFaults, type SandboxSettings, type WantedSettings } from '../sandbox/settings.ts'
import { note } from '../terminal/text.ts'

interface Options {
  readonly background?: boolean
  readonly stop?: boolean
  readonly directory?: string
  readonly fault?: readonly string[]
  readonly rekor?: SandboxSettings['rekor']
  readonly shell: Shell
}

export const declare: Declare = (command, outcome) => {
  command
    .description(
      'Run a private Sigstore on this machine: identities, certificates, transparency log, timestamps. ' +
        'For trying things out and for tests; what it signs means nothing to anybody else.',
    )
    .option('--background', 'start it (or find the running one) and print the variables that point at it')
    .option('--stop', 'stop the one that runs in the background and print lines that unset the variables')
    .option('--directory <folder>', 'where its files are (default: a folder of yours, see the foreground output)')
    .addOption(
      offer(
        new Option(
          '--fault <service:what>',
          'make a service fail, like rekor:429x3; several times for several faults, which hit in this order',
        ),
        faultTexts,
      ).argParser(collectFaults),
    )
    .addOption(
      new Option('--rekor <version>', 'the transparency log that signers are led to; both run')
        .choices(['1', '2'])
        .default(undefined, '1'),
    )
    .addOption(
      new Option('--shell <shell>', 'whose syntax the variables are printed in')
        .choices(['sh', 'powershell'])
        .default(defaultShell),
    )
    .addHelpText(
      'after',
      examples(
        '# point this terminal at a sandbox, then sign in your own project as usual',
        'eval "$(npx sealwax sandbox --background)"',
        '# stop it, and point this terminal at the public Sigstore again',
        'eval "$(npx sealwax sandbox --stop)"',
        '# the same in PowerShell',
        'npx sealwax sandbox --background --shell powershell | Out-String | Invoke-Expression',
        'npx sealwax sandbox --stop --shell powershell | Out-String | Invoke-Expression',
        '# in the foreground, until Ctrl-C',
        'npx sealwax sandbox --directory .sandbox',
        '# how does your release take it when the log is busy, or an answer gets lost?',
        'npx sealwax sandbox --fault rekor:429x3 --fault timestamp:lostx1',
        '# half of all requests; a slow CA; a clock that is wrong; a certificate of somebody else',
        'npx sealwax sandbox --fault rekor:503%50 --fault fulcio:delay=3s',
        'npx sealwax sandbox --fault timestamp:skew=+20m --fault fulcio:wrong-certificate',
      ),
    )
    .action(async (options: Options, self: Command) => {
      const directory = resolve(options.directory ?? defaultDirectory())
      if (options.stop === true) await stop(directory, options.shell)
      else if (options.background === true) {
        const { timeout } = self.optsWithGlobals<{ timeout: number }>()
        await start(directory, options, timeout)
      } else {
        const { runInForeground } = await import('../sandbox/foreground.ts')
        const { fault: faults = [], rekor = '1' } = options
        outcome.exitCode = await runInForeground(directory, { faults, rekor })
      }
    })
}

async function start(directory: string, { shell, fault, rekor }: Options, timeout: number): Promise<void> {
  const { startInBackground } = await import('../sandbox/background.ts')
  const wanted: WantedSettings = {
    ...(fault !== undefined && { faults: fault }),
    ...(rekor !== undefined && { rekor }),
  }
  const variables = await startInBackground(directory, wanted, timeout)
  const { shellExports } = await import('@sealwax/sandbox')
  process.stdout.write(shellExports(variables, shell))
  if (process.stdout.isTTY) {
    note('', 'These lines are for your shell:', `  ${advice('--background', directory, shell)}`)
    note('Stop it with:', `  ${advice('--stop', directory, shell)}`)
  }
}

async function stop(directory: string, shell: Shell): Promise<void> {
  const { stopRunning } = await import('../sandbox/background.ts')
  const stopped = await stopRunning(directory)
  // Also when none was running: the shell may still point at one that died.
  const { shellUnsets, shellVariables } = await import('@sealwax/sandbox')
  process.stdout.write(shellUnsets(shellVariables, shell))
  note(stopped ? 'The sandbox has stopped.' : 'No sandbox was running.')
  if (process.stdout.isTTY) {
    note(
      'A shell that points at it cannot sign until it takes over the line above:',
      `  ${advice('--stop', directory, shell)}`,
    )
  }
}
