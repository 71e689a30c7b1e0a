import type { CompletedFlag, CompletedVerb } from './index.ts'

/** For fish 3 and later. */
export function fishScript(verbs: readonly CompletedVerb[]): string {
  const lines = verbs.flatMap((verb) => [
    `complete -c sealwax -n __fish_use_subcommand -f -a ${verb.name} -d ${quote(verb.about)}`,
    ...verb.flags.map((flag) => flagLine(verb, flag)),
    ...(verb.words.length === 0 ? [] : [`complete -c sealwax -n '${seen(verb)}' -f -a ${quote(verb.words.join(' '))}`]),
  ])
  return `# fish completion for sealwax\n${lines.join('\n')}\n`
}

function flagLine(verb: CompletedVerb, flag: CompletedFlag): string {
  const short = flag.short === undefined ? '' : ` -s ${flag.short.slice(1)}`
  const value = !flag.takesValue ? '' : flag.choices.length === 0 ? ' -r -F' : ` -x -a ${quote(flag.choices.join(' '))}`
  return `complete -c sealwax -n '${seen(verb)}' -l ${flag.long.slice(2)}${short}${value} -d ${quote(flag.about)}`
}

function seen(verb: CompletedVerb): string {
  return `__fish_seen_subcommand_from ${verb.name}`
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
