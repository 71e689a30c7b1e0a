// completion: a script that a shell reads, made from the program itself.
import { Argument } from 'commander'
import type { Declare } from './index.ts'
import { examples } from '../report/help.ts'

export const declare: Declare = (command) => {
  command
    .description('Print a completion script for a shell: verbs, flags and their values.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish', 'powershell']))
    .addHelpText(
      'after',
      examples(
        'source <(sealwax completion bash)',
        'sealwax completion zsh > "${fpath[1]}/_sealwax"',
        'sealwax completion fish > ~/.config/fish/completions/sealwax.fish',
        'sealwax completion powershell | Out-String | Invoke-Expression',
      ),
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish' | 'powershell') => {
      const { completionScript } = await import('../completion/index.ts')
      process.stdout.write(await completionScript(shell))
    })
}
