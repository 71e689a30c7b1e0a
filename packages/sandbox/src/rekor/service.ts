import { createHash, randomBytes } from 'node:crypto'
import { asObject, json, readJson, Refusal, type Answer, type Call, type Service } from '../http/service.ts'
import { canonicalJson } from './canonical.ts'
import { admitEntry } from './entry.ts'
import { LOG_NAME, makeLog, type RekorLog } from './log.ts'

/** What the paths of the log begin with, below its service. */
const LOG = `/${LOG_NAME}/api/v1/log`
const ENTRIES = `${LOG}/entries`

/** Rekor's HTTP interface, version 1 (openapi.yaml of sigstore/rekor): entries, their proofs, the log's head and key. */
export function rekorService(honest: RekorLog): Service {
  /** Another tree under the same key, which nobody is shown but who is lied to. */
  let hidden: RekorLog | undefined
  function logFor({ lie, now }: Call): RekorLog {
    if (lie !== 'split-view') return honest
    if (hidden === undefined) {
      hidden = makeLog(honest.key)
      hidden.add(randomBytes(32), now)
    }
    return hidden
  }

  async function add(call: Call): Promise<Answer> {
    const log = logFor(call)
    const body = await admitEntry(readJson(call.body))
    const { index, isNew } = log.add(call.lie === 'wrong-entry' ? otherBody(body) : body, call.now)
    const id = log.entryId(index)
    const location = `/rekor${ENTRIES}/${id}`
    if (!isNew)
      throw new Refusal(409, `an equivalent entry already exists in the transparency log with UUID ${id}`, { location })
    return json(201, { [id]: log.show(index, call.lie) }, { location, etag: id })
  }

  function show(call: Call, log: RekorLog, index: number | undefined): Answer {
    const entry = index === undefined ? undefined : log.show(index, call.lie)
    if (index === undefined || entry === undefined) throw new Refusal(404, 'there is no such entry')
    return json(200, { [log.entryId(index)]: entry })
  }

  return {
    name: 'rekor',
    routes: [
      { method: 'POST', path: ENTRIES, handle: add },
      {
        method: 'GET',
        path: ENTRIES,
        handle: (call) => {
          const text = call.query.get('logIndex') ?? ''
          if (!/^\d{1,15}$/.test(text)) throw new Refusal(422, 'logIndex in query must be a number of at least 0')
          return show(call, logFor(call), Number(text))
        },
      },
      {
        method: 'GET',
        path: new RegExp(`^${ENTRIES}/([^/]*)$`),
        handle: (call, [id = '']) => {
          if (!/^([0-9a-fA-F]{64}|[0-9a-fA-F]{80})$/.test(id))
            throw new Refusal(422, 'entryUUID in path must be 64 or 80 hex digits')
          const log = logFor(call)
          return show(call, log, log.find(id.slice(-64).toLowerCase()))
        },
      },
      {
        method: 'GET',
        path: LOG,
        handle: (call) => json(200, { inactiveShards: null, ...logFor(call).info() }),
      },
      {
        method: 'GET',
        path: `${LOG}/publicKey`,
        handle: () => ({
          status: 200,
          headers: { 'content-type': 'application/x-pem-file' },
          body: honest.key.pem,
        }),
      },
    ],
  }
}

/** For the lie 'wrong-entry': a body of the same shape about something else, which the log then truly contains. */
function otherBody(body: Buffer): Buffer {
  const entry = JSON.parse(body.toString()) as { spec: Record<string, unknown> }
  const hash = {
    algorithm: 'sha256',
    value: createHash('sha256').update(randomBytes(32)).digest('hex'),
  }
  const part = 'data' in entry.spec ? { data: { hash } } : { payloadHash: hash }
  return Buffer.from(canonicalJson({ ...entry, spec: { ...asObject(entry.spec, 'spec'), ...part } }))
}
