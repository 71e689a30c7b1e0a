// version. The plain form never comes here (main.ts answers it); this is `-o json` and the help.
import { readFileSync } from 'node:fs'
import { Option } from 'commander'
import type { Declare } from './index.ts'
import { examples } from '../report/help.ts'
import { say } from '../terminal/text.ts'

export const declare: Declare = (command) => {
  command
    .description('Print the version of sealwax and of the Node.js that runs it.')
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .option('--json', 'the same as -o json')
    .addHelpText('after', examples('sealwax version', 'sealwax version -o json'))
    .action((options: { output: string; json?: boolean }) => {
      const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
        version: string
      }
      const facts = { version, node: process.versions.node, platform: process.platform, arch: process.arch }
      if (options.output === 'json' || options.json === true) say(JSON.stringify(facts))
      else say(`sealwax ${facts.version} (Node.js ${facts.node}, ${facts.platform} ${facts.arch})`)
    })
}
