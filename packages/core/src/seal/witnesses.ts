import type { TransparencyLogEntry, Witnesses } from '../bundle/index.ts'
import { SealwaxError } from '../errors.ts'
import { withAnyKey } from '../fulcio/index.ts'
import { type LoggedContent, verifyEntry } from '../rekor/index.ts'
import { createEntry, type Verifier } from '../rekor/signing.ts'
import type { ServiceUrl, TrustedRoot } from '../trust/index.ts'
import { parseTimestamp, verifyTimestamp } from '../tsa/index.ts'
import { requestTimestamp } from '../tsa/signing.ts'
import type { Deadline } from './client.ts'
import type { SealerOptions } from './options.ts'
import { distrusted } from './receipt.ts'

interface Signature {
  /** What the entry must be about when it comes back. */
  readonly logged: LoggedContent
  readonly verifier: Verifier
}

interface Surroundings extends Pick<SealerOptions, 'network'> {
  readonly trustedRoot: TrustedRoot
  readonly deadline: Deadline
}

/** All logs and timestamp authorities at once; each answer is checked when it comes. One that fails fails the signature. */
export async function collectWitnesses(
  signature: Signature,
  { services, trustedRoot, network, onStep }: SealerOptions,
  deadline: Deadline,
): Promise<Witnesses> {
  if (trustedRoot === undefined) return { entries: [], timestamps: [] }
  if (services.logs.length > 0) onStep?.('log')
  if (services.timestampAuthorities.length > 0) onStep?.('timestamp')
  const around: Surroundings = { trustedRoot, deadline, ...(network && { network }) }
  const [entries, timestamps] = await Promise.all([
    Promise.all(services.logs.map((log) => logged(log, signature, around))),
    Promise.all(services.timestampAuthorities.map(({ url }) => timestamped(url, signature.logged.signature, around))),
  ])
  return { entries, timestamps }
}

async function logged(
  { url, version }: ServiceUrl,
  { verifier, logged: expected }: Signature,
  { trustedRoot: { transparencyLogs }, deadline, network }: Surroundings,
): Promise<TransparencyLogEntry> {
  try {
    const asked = { url, version, signed: expected, verifier, logs: transparencyLogs, deadline, network }
    const entry = await createEntry(asked)
    const id = entry.logId.keyId.toString('base64')
    const logs = transparencyLogs.filter((known) => known.id === id)
    if (withAnyKey(logs, (log) => verifyEntry(entry, log, expected)) === undefined)
      throw wrong('ENTRY_INVALID', 'its log is not in the trusted root', `the log ${id}`)
    return entry
  } catch (cause) {
    throw distrusted('the log entry', 'Rekor', url, cause)
  }
}

async function timestamped(
  url: string,
  signature: Uint8Array,
  { trustedRoot: { timestampAuthorities }, deadline, network }: Surroundings,
): Promise<Buffer> {
  const { response, nonce } = await requestTimestamp({ url, signature, deadline, network })
  try {
    const timestamp = parseTimestamp(response)
    network?.clocks.note('the timestamp authority', timestamp.time)
    // Without it an old answer could be played again.
    if (timestamp.nonce === undefined || !timestamp.nonce.equals(nonce))
      throw wrong('TIMESTAMP_INVALID', 'it answers another request', 'another nonce, or none')
    if (verifyTimestamp(timestamp, signature, timestampAuthorities) === undefined)
      throw wrong('TIMESTAMP_INVALID', 'its authority is not in the trusted root', 'another authority')
    return response
  } catch (cause) {
    throw distrusted('the timestamp', 'the timestamp authority', url, cause)
  }
}

const wrong = (code: 'ENTRY_INVALID' | 'TIMESTAMP_INVALID', message: string, found: string): SealwaxError =>
  new SealwaxError(code, message, { found })
