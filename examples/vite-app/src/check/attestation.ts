// Reads what the site's attestation says; it does NOT verify the signature on it. A browser page served by
// the very site under question could not do that honestly: it would be its own witness.

/** One file that the statement names (in-toto Statement v1, `subject`). */
export interface Subject {
  readonly name: string
  /** 64 lower-case hexadecimal digits */
  readonly sha256: string
}

export type Attestation =
  | { readonly state: 'absent' }
  | { readonly state: 'unreadable'; readonly reason: string }
  | { readonly state: 'read'; readonly subjects: readonly Subject[] }

const MAX_BYTES = 16 * 1024 * 1024

/** Fetches and opens `attestation.sigstore.json` of this site. Never rejects: every failure is a state. */
export async function readAttestation(): Promise<Attestation> {
  try {
    const response = await fetch(`${import.meta.env.BASE_URL}attestation.sigstore.json`, {
      cache: 'no-cache',
    })
    // Servers of single-page apps answer index.html for a file that is not there.
    const page = response.headers.get('content-type')?.includes('text/html') ?? false
    if (response.status === 404 || page) return { state: 'absent' }
    if (!response.ok) return { state: 'unreadable', reason: `the server answered ${response.status}` }
    const blob = await response.blob()
    if (blob.size > MAX_BYTES) return { state: 'unreadable', reason: 'it is larger than 16 MiB' }
    return { state: 'read', subjects: parseSubjects(await blob.text()) }
  } catch (error) {
    return { state: 'unreadable', reason: error instanceof Error ? error.message : 'unknown' }
  }
}

/** @throws Error when the text is not a Sigstore bundle around an in-toto v1 statement with SHA-256 digests. */
export function parseSubjects(text: string): readonly Subject[] {
  const envelope = field(parseJson(text, 'it'), 'dsseEnvelope')
  if (field(envelope, 'payloadType') !== 'application/vnd.in-toto+json')
    throw new Error('its payload is not an in-toto statement')
  const statement = parseJson(decodeBase64(field(envelope, 'payload')), 'its statement')
  if (field(statement, '_type') !== 'https://in-toto.io/Statement/v1')
    throw new Error('its statement is not in-toto v1')
  const subjects = field(statement, 'subject')
  if (!Array.isArray(subjects)) throw new Error('its statement names no files')
  return subjects.map((subject: unknown) => {
    const name = field(subject, 'name')
    const sha256 = field(field(subject, 'digest'), 'sha256')
    if (typeof name !== 'string' || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
      throw new Error('a subject has no name or no SHA-256')
    return { name, sha256 }
  })
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${what} is not JSON`, { cause })
  }
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) throw new Error(`it has no "${key}"`)
  return (value as Record<string, unknown>)[key]
}

function decodeBase64(value: unknown): string {
  try {
    if (typeof value !== 'string') throw new TypeError('not a string')
    const bytes = Uint8Array.from(atob(value), (char) => char.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Error('its payload is not base64 of UTF-8 text', { cause })
  }
}
