// What a signature makes public is said before it is made: a log keeps it for ever. Asked of a person, told to a script.
import { canAsk, confirm } from '../terminal/ask.ts'
import { inCi } from '../terminal/progress.ts'
import { note, onStderr, printable, table } from '../terminal/text.ts'

export interface Publication {
  /** Who signs; absent when a key signs. */
  readonly identity?: { readonly subject: string; readonly issuer: string } | undefined
  /** The transparency logs, as URLs. */
  readonly logs: readonly string[]
}

/**
 * Says what becomes public and, on a terminal, asks. With --yes, in CI and where nobody can answer it is one line and no question.
 * Signing by key publishes nothing about a person.
 * @throws CANCELLED when the answer is no
 */
export async function consent({ identity, logs }: Publication, yes: boolean): Promise<void> {
  if (identity === undefined) return
  const who = `${identity.subject}, according to ${identity.issuer}`
  const places = ['the certificate', ...logs.map((url) => `the log at ${host(url)}`)].join(' and ')
  if (yes || inCi() || !canAsk()) {
    note(`Signing as ${printable(who)}; ${places} will say so, for ever.`)
    return
  }
  note(
    onStderr('bold', 'This becomes public and cannot be taken back:'),
    ...table([
      ['who', who],
      ['what', 'the digest of what you sign, and when you sign it'],
      ['where', places],
    ]),
  )
  if (logs.some((url) => /(^|\.)sigstore\.dev$/.test(host(url)))) {
    note('  The terms: https://lfprojects.org/policies/hosted-project-tools-immutable-records/')
  }
  await confirm()
}

function host(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
