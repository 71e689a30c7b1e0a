import type { CompletedFlag, CompletedVerb } from './index.ts'

/** For zsh's own completion system; works both as a file named _sealwax on fpath and when it is sourced. */
export function zshScript(verbs: readonly CompletedVerb[], shared: readonly CompletedFlag[]): string {
  return `#compdef sealwax
_sealwax() {
  local curcontext="$curcontext" state line
  local -a verbs=(
${verbs.map((verb) => `    ${quote(`${verb.name}:${verb.about}`)}`).join('\n')}
  )
  _arguments -C ${shared.map(spec).join(' ')} '1:verb:->verb' '*::argument:->argument'
  case $state in
    verb) _describe 'verb' verbs ;;
    argument)
      case $line[1] in
${verbs.map((verb) => `        ${verb.name}) _arguments ${specs(verb)} ;;`).join('\n')}
      esac ;;
  esac
}
if [[ "$zsh_eval_context[-1]" == loadautofunc ]]; then _sealwax "$@"; else compdef _sealwax sealwax; fi
`
}

function specs(verb: CompletedVerb): string {
  const rest = verb.words.length === 0 ? '*:file:_files' : `*:word:(${verb.words.join(' ')})`
  return [...verb.flags.map(spec), quote(rest)].join(' ')
}

function spec(flag: CompletedFlag): string {
  const about = flag.about.replace(/[[\]:\\]/g, '\\$&')
  const value = !flag.takesValue
    ? ''
    : flag.choices.length === 0
      ? ':value:_files'
      : `:value:(${flag.choices.join(' ').replaceAll(':', '\\:')})`
  // With the = in its name a flag takes its value both ways: --flag value and --flag=value.
  const long = quote(`${flag.long}${flag.takesValue ? '=' : ''}[${about}]${value}`)
  return flag.short === undefined ? long : `${long} ${quote(`${flag.short}[${about}]${value}`)}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
