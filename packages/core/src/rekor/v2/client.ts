import { setTimeout as sleep } from 'node:timers/promises'
import type { TransparencyLogEntry } from '@sigstore/bundle'
import { SealwaxError } from '../../errors.ts'
import type { LogKey } from '../../fulcio/index.ts'
import { limits } from '../../limits.ts'
import { type Answer, type Deadline, type Network, request, type RequestOptions, shownUrl } from '../../net/index.ts'
import { type Checkpoint, parseCheckpoint } from '../checkpoint.ts'
import { leafHash } from '../proof.ts'
import { type AnsweredEntry, indexIn, record, recordIn, wrongEntry } from './answer.ts'
import type { ProposedRecord } from './proposal.ts'
import { openTree, type ReadTile } from './tiles.ts'

export interface RecordRequest {
  /** The base address of the log. */
  readonly url: string
  readonly proposed: ProposedRecord
  /** The logs that are trusted: an entry is named after the one whose key is on its checkpoint. */
  readonly logs: readonly LogKey[]
  readonly deadline: Deadline
  readonly network?: Network | undefined
}

/** The log answers when the entry is in the tree: after its next batch, and its witnesses. */
const patience = 90_000
/** Reading is quick, and what is read only saves an attempt. */
const readingPatience = 10_000
/** So many of the newest entries are looked at for one that a lost answer was about. */
const reach = 512n

/**
 * Logs an entry in a Rekor v2 log (rekor-tiles, `POST /api/v2/log/entries`) and returns it as a bundle carries it; the
 * checkpoint's signature is unchecked. A log of this version cannot be asked for an entry by its name. So after an attempt
 * whose answer was lost the newest part of the tree is read before another one, and where the log says that it has an equal
 * entry (409), the proof for that one is made from the tree's tiles: one signature, one entry.
 * @throws SealwaxError `SERVICE_*`, `CANCELLED`
 */
export async function createRecord({
  url,
  proposed,
  logs,
  deadline,
  network,
}: RecordRequest): Promise<TransparencyLogEntry> {
  const base = `${url.replace(/\/+$/, '')}/api/v2/`
  const common: RequestOptions = { deadline, service: 'Rekor', plainHttp: 'any', ...(network && { network }) }
  const log: Log = { base, common }
  const answer = await request(`${base}log/entries`, {
    ...common,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    accept: 'application/json',
    body: proposed.request,
    patience,
    retry: 'idempotent',
    // All who wait in rekor-tiles share one waiting room: where another client hangs up, everyone is told "context canceled".
    retryOn: [499],
    expect: [409],
    recover: () => alreadyLogged(log, proposed).catch(() => undefined),
    hint: (status) =>
      status === 405
        ? 'this log takes no more entries: get a newer signing config, which names its successor'
        : undefined,
  })
  if (answer.status !== 409) return named(recordIn(answer.body, proposed.body, shownUrl(new URL(url))), logs)
  return named(await existing(log, proposed, indexIn(answer)), logs)
}

interface Log {
  readonly base: string
  readonly common: RequestOptions
}

/** What the log itself would answer, had it been asked again: "an equal entry, at this place". */
async function alreadyLogged(log: Log, { body }: ProposedRecord): Promise<Answer | undefined> {
  const { checkpoint } = await readCheckpoint(log, 'never')
  const found = await openTree(checkpoint.size, tileReader(log, 'never')).find(body, reach)
  if (found === undefined) return undefined
  return { status: 409, headers: { 'x-log-index': String(found) }, body: Buffer.alloc(0) }
}

/** An entry that is in the tree, with a proof made from tiles. */
async function existing(log: Log, { body }: ProposedRecord, index: bigint): Promise<AnsweredEntry> {
  const { checkpoint, envelope } = await checkpointOver(log, index)
  const tree = openTree(checkpoint.size, tileReader(log, 'idempotent'))
  const whose = `Rekor at ${shownUrl(new URL(log.base))}`
  if (!(await tree.leaf(index)).equals(leafHash(body)))
    throw new SealwaxError('SERVICE_ANSWER_INVALID', `${whose} says that it has an equal entry, and has another`, {
      expected: `the entry that was sent at index ${index}`,
      found: 'the hash of something else',
      hint: wrongEntry,
    })
  return {
    logIndex: String(index),
    kindVersion: record,
    integratedTime: '0',
    inclusionPromise: undefined,
    inclusionProof: {
      logIndex: String(index),
      rootHash: checkpoint.root,
      treeSize: String(checkpoint.size),
      hashes: await tree.prove(index),
      checkpoint: { envelope },
    },
    canonicalizedBody: body,
  }
}

/** A checkpoint that covers the entry: a copy of an older one may be served for some seconds. */
async function checkpointOver(log: Log, index: bigint): Promise<{ checkpoint: Checkpoint; envelope: string }> {
  for (let wait = 250; ; wait = Math.min(4_000, wait * 2)) {
    const read = await readCheckpoint(log, 'idempotent')
    if (read.checkpoint.size > index) return read
    const { deadline } = log.common
    if (wait >= deadline.remaining())
      throw new SealwaxError('SERVICE_ANSWER_INVALID', "Rekor's checkpoint does not cover the entry that it names", {
        expected: `a tree of more than ${index} entries`,
        found: `${read.checkpoint.size}`,
      })
    // The next request tells how the deadline ended.
    await sleep(wait, undefined, { signal: deadline.signal }).catch(() => undefined)
  }
}

async function readCheckpoint(
  { base, common }: Log,
  retry: 'idempotent' | 'never',
): Promise<{ checkpoint: Checkpoint; envelope: string }> {
  const { body } = await request(`${base}checkpoint`, {
    ...common,
    maxBytes: limits.checkpoint,
    patience: readingPatience,
    retry,
  })
  const envelope = body.toString('utf8')
  return { checkpoint: parseCheckpoint(envelope), envelope }
}

function tileReader({ base, common }: Log, retry: 'idempotent' | 'never'): ReadTile {
  return async (path) => {
    const { status, body } = await request(`${base}tile/${path}`, {
      ...common,
      maxBytes: 65_536,
      patience: readingPatience,
      retry,
      expect: [404],
    })
    return status === 404 ? undefined : body
  }
}

/** The log that the checkpoint's signature line names by its key id (C2SP signed-note), where the answer does not say. */
function named(entry: AnsweredEntry, logs: readonly LogKey[]): TransparencyLogEntry {
  if (entry.logId !== undefined) return { ...entry, logId: entry.logId }
  const { signatures } = parseCheckpoint(entry.inclusionProof?.checkpoint?.envelope ?? '')
  const log = logs.find(({ checkpointHint }) => signatures.some(({ hint }) => hint.equals(checkpointHint)))
  if (log !== undefined) return { ...entry, logId: { keyId: Buffer.from(log.id, 'base64') } }
  throw new SealwaxError('ENTRY_INVALID', 'its log is not in the trusted root', {
    found: signatures
      .map(({ name }) => name)
      .join(', ')
      .slice(0, 200),
  })
}
