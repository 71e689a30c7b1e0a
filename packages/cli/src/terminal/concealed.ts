// A key or a token that was put where its place belongs (`--key "$(cat key.pem)"`) must not come back in a message, whichever
// part of the program or of the system writes it: terminals are recorded and logs of CI are kept.

import { existsSync } from 'node:fs'

let secrets: readonly (readonly [text: string, shown: string])[] = []

/** Looks through the command line and the variables that stand for flags; what looks like a secret is never repeated. */
export async function concealSecrets(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const given = Object.entries(env).flatMap(([name, value]) => (/^(SEALWAX|COSIGN)_/.test(name) ? [value ?? ''] : []))
  // Also what follows the = of a flag.
  const texts = [...argv.flatMap((argument) => [argument, argument.replace(/^--?[\w-]+=/, '')]), ...given]
  const candidates = new Set(texts.filter(mayBeSecret))
  if (candidates.size === 0) return
  const { shownReference } = await import('@sealwax/core')
  secrets = [...candidates]
    .map((text) => [text, shownReference(text)] as const)
    .filter(([text, shown]) => text !== shown)
}

/** Cheap, because most command lines end here: too short, a web or mail address, a digest, the name of a file that is there. */
function mayBeSecret(text: string): boolean {
  return text.length >= 40 && !/^https?:|@|^[0-9a-f]+$/i.test(text) && !existsSync(text)
}

/** `text` without what looks like a secret on the command line: neither the whole of it, nor a part that somebody cut out. */
export function conceal(text: string): string {
  if (secrets.length === 0) return text
  const whole = secrets.reduce((left, [secret, shown]) => left.replaceAll(secret, () => shown), text)
  return whole.replace(/[\w+=-]{12,}/g, (run) => (secrets.some(([secret]) => secret.includes(run)) ? '…' : run))
}
