// env: which environment variables count, what they are for, and what they are set to here.
import type { Declare } from './index.ts'
import { knownVariables } from '../flags/variables.ts'
import { examples } from '../report/help.ts'
import { escaped, printable, say } from '../terminal/text.ts'

interface Options {
  readonly showDescriptions: boolean
  readonly showSensitiveValues?: boolean
}

export const declare: Declare = (command) => {
  command
    .description('Print the environment variables that sealwax reads, sorted, with their values.')
    .option('--show-descriptions', 'say what each variable is for', true)
    .option('--show-sensitive-values', 'print tokens and passwords instead of ******')
    .addHelpText('after', examples('sealwax env', 'sealwax env --show-descriptions=false | grep -v "=$"'))
    .action((options: Options) => {
      for (const variable of knownVariables) {
        if (options.showDescriptions) say(`# ${variable.name} ${variable.about}`)
        say(`${variable.name}=${shown(variable, options.showSensitiveValues === true)}`)
      }
    })
}

function shown(variable: (typeof knownVariables)[number], openly: boolean): string {
  const value = process.env[variable.name] ?? ''
  if (openly) return escaped(value)
  return variable.secret === true && value !== '' ? '******' : printable(value)
}
