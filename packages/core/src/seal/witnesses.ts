import type { TransparencyLogEntry, Witnesses } from '../bundle/index.ts'
import { SealwaxError } from '../errors.ts'
import { withAnyKey } from '../fulcio/index.ts'
import { type LoggedContent, verifyEntry } from '../rekor/index.ts'
import { createEntry, type ProposedEntry } from '../rekor/signing.ts'
import type { SelectedServices, TrustedRoot } from '../trust/index.ts'
import { parseTimestamp, verifyTimestamp } from '../tsa/index.ts'
import { requestTimestamp } from '../tsa/signing.ts'
import type { Deadline } from './client.ts'
import type { SealStep } from './options.ts'
import { distrusted } from './receipt.ts'

interface Signature {
  readonly proposed: ProposedEntry
  /** What the entry must be about when it comes back. */
  readonly logged: LoggedContent
}

interface Surroundings {
  readonly services: SelectedServices
  readonly trustedRoot: TrustedRoot | undefined
  readonly deadline: Deadline
  readonly onStep: ((step: SealStep) => void) | undefined
}

/** All logs and timestamp authorities at once; each answer is checked when it comes. One that fails fails the signature. */
export async function collectWitnesses(signature: Signature, around: Surroundings): Promise<Witnesses> {
  const { services, trustedRoot } = around
  if (trustedRoot === undefined) return { entries: [], timestamps: [] }
  if (services.logs.length > 0) around.onStep?.('log')
  if (services.timestampAuthorities.length > 0) around.onStep?.('timestamp')
  const [entries, timestamps] = await Promise.all([
    Promise.all(services.logs.map(({ url }) => logged(url, signature, trustedRoot, around.deadline))),
    Promise.all(
      services.timestampAuthorities.map(({ url }) =>
        timestamped(url, signature.logged.signature, trustedRoot, around.deadline),
      ),
    ),
  ])
  return { entries, timestamps }
}

async function logged(
  url: string,
  { proposed, logged: expected }: Signature,
  { transparencyLogs }: TrustedRoot,
  deadline: Deadline,
): Promise<TransparencyLogEntry> {
  const entry = await createEntry({ url, proposed, deadline })
  try {
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
  { timestampAuthorities }: TrustedRoot,
  deadline: Deadline,
): Promise<Buffer> {
  const { response, nonce } = await requestTimestamp({ url, signature, deadline })
  try {
    const timestamp = parseTimestamp(response)
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
