import type { CompletedVerb } from './index.ts'

/** For Windows PowerShell 5.1 and PowerShell 7. */
export function powershellScript(verbs: readonly CompletedVerb[]): string {
  return `# PowerShell completion for sealwax
Register-ArgumentCompleter -Native -CommandName sealwax -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $verbs = [ordered]@{
${verbs.map((verb) => `    ${quote(verb.name)} = ${quote(verb.about)}`).join('\n')}
  }
  $flags = @{
${verbs.map((verb) => `    ${quote(verb.name)} = @(${flagPairs(verb)})`).join('\n')}
  }
  $words = @{
${verbs
  .filter((verb) => verb.words.length > 0)
  .map((verb) => `    ${quote(verb.name)} = @(${verb.words.map(quote).join(', ')})`)
  .join('\n')}
  }
  $verb = $commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() } | Where-Object { $verbs.Contains($_) } | Select-Object -First 1
  if (-not $verb -or $verb -eq $wordToComplete) {
    $verbs.GetEnumerator() | Where-Object { $_.Key -like "$wordToComplete*" } | ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterValue', $_.Value)
    }
    return
  }
  if ($wordToComplete.StartsWith('-')) {
    $flags[$verb] | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterName', $_[1])
    }
    return
  }
  $words[$verb] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`
}

function flagPairs(verb: CompletedVerb): string {
  // The comma before a pair keeps PowerShell from flattening a list of one pair.
  return verb.flags.map((flag) => `,@(${quote(flag.long)}, ${quote(flag.about)})`).join(' + ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
