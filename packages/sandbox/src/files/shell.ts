/** The shells a file of variables can be written for. */
export type Shell = 'sh' | 'powershell'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Lines that set environment variables, for `eval` in a POSIX shell or for PowerShell. Values are quoted so that the shell reads them as
 * they are, whatever they hold.
 * @throws TypeError for a name that is no variable name, or a value with a NUL character, which no environment can hold
 */
export function shellExports(environment: Readonly<Record<string, string>>, shell: Shell): string {
  return Object.entries(environment)
    .map(([name, value]) => {
      checkName(name)
      if (value.includes('\0')) throw new TypeError(`the value of ${name} holds a NUL character`)
      return shell === 'sh' ? `export ${name}=${quoteSh(value)}\n` : `$env:${name} = ${quotePowershell(value)}\n`
    })
    .join('')
}

/**
 * A line that removes environment variables, whether they are set or not, for the same shells.
 * @throws TypeError for a name that is no variable name
 */
export function shellUnsets(names: readonly string[], shell: Shell): string {
  for (const name of names) checkName(name)
  return shell === 'sh'
    ? `unset ${names.join(' ')}\n`
    : `Remove-Item -ErrorAction SilentlyContinue -Path ${names.map((name) => `Env:${name}`).join(', ')}\n`
}

function checkName(name: string): void {
  if (!NAME.test(name)) throw new TypeError(`not the name of an environment variable: ${JSON.stringify(name)}`)
}

function quoteSh(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`
}

/** PowerShell takes the typographic single quotes for quotes as well (about_Quoting_Rules). */
function quotePowershell(value: string): string {
  return `'${value.replaceAll(/['\u2018-\u201b]/g, '$&$&')}'`
}
