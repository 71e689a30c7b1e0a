import type { CompletedFlag, CompletedVerb } from './index.ts'

/** For bash 3.2 (macOS) and later; needs no bash-completion package. */
export function bashScript(verbs: readonly CompletedVerb[], shared: readonly CompletedFlag[]): string {
  return `# bash completion for sealwax
_sealwax() {
  local at=$COMP_CWORD cur="\${COMP_WORDS[COMP_CWORD]}" before="" prev verb="" word flags="" words=""
  # bash takes --flag=one:two apart at the = and the :, and replaces only what stands behind
  if [ "$cur" = ":" ]; then at=$((at - 1)); before="\${COMP_WORDS[at]}:"; cur=""
  elif [ "\${COMP_WORDS[at-1]}" = ":" ]; then at=$((at - 2)); before="\${COMP_WORDS[at]}:"; fi
  prev="\${COMP_WORDS[at-1]}"
  if [ "$cur" = "=" ]; then cur=""; elif [ "$prev" = "=" ]; then prev="\${COMP_WORDS[at-2]}"; fi
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
    const reply =
      flag.choices.length === 0
        ? ''
        : `COMPREPLY=($(compgen -W "${flag.choices.join(' ')}" -- "$before$cur")); COMPREPLY=("\${COMPREPLY[@]#"$before"}"); `
    return `    ${pattern}) ${reply}return ;;`
  })
}
