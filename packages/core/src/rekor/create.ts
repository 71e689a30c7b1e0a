import type { TransparencyLogEntry } from '@sigstore/bundle'
import type { LogKey } from '../fulcio/index.ts'
import type { Algorithm } from '../keys/index.ts'
import type { LoggedContent } from './entry.ts'
import * as v1 from './v1/client.ts'
import {
  dsseProposal,
  hashedRekordProposal,
  type ProposedEntry,
  requireLoggable,
  type Verifier,
} from './v1/proposal.ts'
import { createRecord, type RecordRequest } from './v2/client.ts'
import { recordProposal, requireHash } from './v2/proposal.ts'

/** A signature that a log is asked to remember. */
export interface EntryRequest extends Pick<RecordRequest, 'url' | 'deadline' | 'network'> {
  /** The major version of the log's API. */
  readonly version: number
  readonly signed: Omit<LoggedContent, 'verifier'>
  readonly verifier: Verifier
  readonly logs: readonly LogKey[]
}

/**
 * Logs a signature and returns the entry as a bundle carries it. That the log signed it remains to be checked.
 * @throws SealwaxError `SERVICE_*`, `CANCELLED`, `KEY_UNSUPPORTED`
 */
export async function createEntry({
  version,
  signed,
  verifier,
  logs,
  ...where
}: EntryRequest): Promise<TransparencyLogEntry> {
  if (version === 2) return createRecord({ ...where, logs, proposed: recordProposal(signed, verifier) })
  return v1.createEntry({ ...where, proposed: proposalOf(signed, verifier) })
}

function proposalOf({ signature, content }: EntryRequest['signed'], verifier: Verifier): ProposedEntry {
  if (content.kind === 'message') return hashedRekordProposal({ ...content, signature }, verifier)
  return dsseProposal({ ...content, signature }, verifier)
}

/**
 * Refuses what one of these logs does not take, before anything is signed or sent.
 * @throws SealwaxError `KEY_UNSUPPORTED`
 */
export function requireLoggableBy(
  logs: readonly { readonly version: number }[],
  algorithm: Algorithm,
  kind: 'message' | 'envelope',
): void {
  for (const { version } of logs)
    if (version === 2) requireHash(algorithm)
    else requireLoggable(algorithm, kind === 'message' ? 'hashedrekord' : 'dsse')
}
