import type { CompletedFlag, CompletedVerb } from './index.ts'

/** For bash 3.2 (macOS) and later; needs no bash-completion package. */
export function bashScript(verbs: readonly CompletedVerb[], shared: readonly CompletedFlag[]): string {
  return `# bash completion for sealwax
_sealwax() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" verb="" word flags="" words=""
  # bash takes --flag=value apart at the =
  if [ "$cur" = "=" ]; then cur=""; elif [ "$prev" = "=" ]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in ${verbs.map((verb) => verb.name).join('|')}) verb="$word"; break ;; esac
  done
  if [ -z "$verb" ]; then
    case "$cur" in
      -*) COMPREPLY=($(compgen -W "${shared.map((flag) => flag.long).join(' ')}" -- "$cur")) ;;
      *) COMPREPLY=($(compgen -W "${verbs.map((verb) => verb.name).join(' ')}" -- "$cur")) ;;
    esac
    return
  fi
  case "$verb $prev" in
${verbs.flatMap(valueCases).join('\n')}
  esac
  case "$verb" in
${verbs.map((verb) => `    ${verb.name}) flags="${flagWords(verb)}"; words="${verb.words.join(' ')}" ;;`).join('\n')}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *) if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi ;;
  esac
}
complete -o default -F _sealwax sealwax
`
}

function flagWords(verb: CompletedVerb): string {
  return verb.flags.map((flag) => flag.long).join(' ')
}

function valueCases(verb: CompletedVerb): string[] {
  const valued = verb.flags.filter((flag) => flag.takesValue)
  return valued.map((flag) => {
    const names = [flag.long, ...(flag.short === undefined ? [] : [flag.short])]
    const pattern = names.map((name) => `"${verb.name} ${name}"`).join('|')
    // Without choices the value is most often a file: no reply lets bash fall back to file names.
    const reply = flag.choices.length === 0 ? '' : `COMPREPLY=($(compgen -W "${flag.choices.join(' ')}" -- "$cur")); `
    return `    ${pattern}) ${reply}return ;;`
  })
}
