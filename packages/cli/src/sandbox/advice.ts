// The lines that a person types to point a shell at a sandbox, and away from it.
import { defaultDirectory } from './folder.ts'

export type Shell = 'sh' | 'powershell'

export const defaultShell: Shell = process.platform === 'win32' ? 'powershell' : 'sh'

/** The line that takes over what `sealwax sandbox` prints. As a dev dependency the command is not on the PATH: hence npx. */
export function advice(verb: '--background' | '--stop', directory: string, shell: Shell = defaultShell): string {
  const quoted = directory.replaceAll("'", shell === 'sh' ? `'\\''` : "''")
  const where = directory === defaultDirectory() ? '' : ` --directory '${quoted}'`
  const line = `npx sealwax sandbox${where} ${verb}`
  return shell === 'sh' ? `eval "$(${line})"` : `${line} --shell powershell | Out-String | Invoke-Expression`
}
