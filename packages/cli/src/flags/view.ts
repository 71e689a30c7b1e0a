import type { View } from '../report/error.ts'

/**
 * How errors are to be shown. Read apart from the flags themselves, because an error may come before they are read, and never
 * an error of its own: a variable that makes no sense is told when the flags are read.
 */
export function viewOf(argv: readonly string[], verb: string | undefined, env: NodeJS.ProcessEnv): View {
  // -o of import-key-pair is another flag.
  const output = verb === 'import-key-pair' ? undefined : (outputOf(argv) ?? variable(env, 'OUTPUT'))
  const verbose = verboseOf(argv) ?? /^(1|t|true)$/i.test(variable(env, 'VERBOSE') ?? '')
  return { json: output === 'json', verbose }
}

function outputOf(argv: readonly string[]): string | undefined {
  for (const [at, argument] of argv.entries()) {
    if (argument === '-o' || argument === '--output') return argv[at + 1]
    const value = /^(?:--output=|-o)(.+)$/.exec(argument)?.[1]
    if (value !== undefined) return value
  }
  return undefined
}

function verboseOf(argv: readonly string[]): boolean | undefined {
  const given = argv.findLast((argument) => /^(-d|--verbose(=.*)?)$/.test(argument))
  return given === undefined ? undefined : !/=(0|f|false)$/i.test(given)
}

function variable(env: NodeJS.ProcessEnv, flag: string): string | undefined {
  return env[`SEALWAX_${flag}`] || env[`COSIGN_${flag}`]
}
