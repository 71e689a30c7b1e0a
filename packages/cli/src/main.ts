#!/usr/bin/env node
// The first file of the command: as small as can be, in syntax that an old Node.js still reads, so that `sealwax version`
// is as fast as Node.js itself and a Node.js that is too old gets a sentence instead of a stack trace. No compile cache: its
// default place is the shared temporary folder, and code from there would run with the right to sign.
import { readFileSync } from 'node:fs'
import { isUnsupported } from './node-version.ts'
import { guardStreams, settle } from './terminal/streams.ts'

// Until something is known nothing is good, however this process ends.
process.exitCode = 1
guardStreams()
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})

async function main(argv: readonly string[]): Promise<number> {
  if (isUnsupported(process.versions.node)) {
    process.stderr.write(
      `Error [USAGE]: sealwax does not run on this Node.js\n` +
        `  expected: 22.22.2 or later, 24.15 or later, or 26 and above\n` +
        `  found: ${process.versions.node}\n` +
        `  next: install a current Node.js and run the command again\n`,
    )
    return 2
  }
  if (argv.length === 1 && (argv[0] === 'version' || argv[0] === '--version')) {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    const { version } = JSON.parse(manifest) as { version: string }
    process.stdout.write(`sealwax ${version} (Node.js ${process.versions.node}, ${process.platform} ${process.arch})\n`)
    return settle(0, (fault) => process.stderr.write(`Error [${fault.code}]: ${fault.message}\n`))
  }
  const { run } = await import('./run.ts')
  return run(argv)
}
