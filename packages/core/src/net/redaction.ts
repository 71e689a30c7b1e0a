/** What must never be shown; the `Secret` of keys/ is one. */
export interface Secretive {
  expose(): string
}

const jwt = /eyJ[\w-]{4,}(?:\.[\w-]*){0,2}/g
const credentials = /\b(bearer|basic)\s+[\w\-.~+/=]+/gi
const run = /[\w-]+/g
const redacted = '[redacted]'

/** So many characters in a row of a secret give it away; fewer are met by chance. */
const telling = 12
/** Of a service's words no more are looked at; far fewer are shown. */
const longest = 16_384

/**
 * A service's own words, fit to be shown: secrets cut out, on one line, at most `limit` characters. A service may quote
 * the request that it refuses, in whole or in part, on one line or several, as JSON or as an address.
 */
export function redact(text: string, secrets: readonly Secretive[] = [], limit = 300): string {
  let shown = text.slice(0, longest)
  if (secrets.length > 0) shown = withoutPieces(unescaped(shown), secrets)
  shown = shown
    .replace(credentials, `$1 ${redacted}`)
    .replace(jwt, redacted)
    // Control and bidirectional characters could repaint a terminal.
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/\[redacted\](?:[^\w[]{1,2}\[redacted\])+/g, redacted)
    .trim()
  return shown.length > limit ? `${shown.slice(0, limit - 1)}…` : shown
}

/** Characters as they are meant by JSON (`\u0065`, `\n`) and by addresses (`%65`). */
function unescaped(text: string): string {
  return text
    .replace(/%([0-7][0-9a-f])|\\u00([0-7][0-9a-f])/gi, (_, ...[percent, unicode]: (string | undefined)[]) =>
      String.fromCharCode(Number.parseInt(percent ?? unicode ?? '20', 16)),
    )
    .replace(/\\[nrt]/g, ' ')
}

/**
 * Without each run of letters that shares `telling` characters in a row with a secret, whatever stands between the runs:
 * line ends in a wrapped token, the dots of a JWT.
 */
function withoutPieces(text: string, secrets: readonly Secretive[]): string {
  const windows = new Set<string>()
  let shown = text
  for (const secret of secrets) {
    const whole = secret.expose()
    for (const part of [whole, ...whole.split('.')]) if (isCut(part, whole)) shown = shown.replaceAll(part, redacted)
    const bare = runsOf(whole)
    for (let at = 0; at + telling <= bare.length; at++) windows.add(bare.slice(at, at + telling))
  }
  const bare = runsOf(shown)
  const marks = new Uint8Array(bare.length)
  for (let at = 0; at + telling <= bare.length; at++)
    if (windows.has(bare.slice(at, at + telling))) marks.fill(1, at, at + telling)
  let at = 0
  return shown.replace(run, (letters) => {
    const isTelling = marks.subarray(at, at + letters.length).includes(1)
    at += letters.length
    return isTelling ? redacted : letters
  })
}

// A short part could be a word of the message.
const isCut = (part: string, whole: string): boolean => part !== '' && (part === whole || part.length >= 8)

const runsOf = (text: string): string => (text.match(run) ?? []).join('')

/** A URL fit to be shown: without user, password, query and fragment, all of which may carry credentials. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}`
}
