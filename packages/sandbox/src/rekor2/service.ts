import { createHash, randomBytes } from 'node:crypto'
import { asObject, json, readJson, Refusal, type Answer, type Call, type Service } from '../http/service.ts'
import { makeKey } from '../pki/index.ts'
import { canonicalJson, spoilProof } from '../rekor/index.ts'
import { admitRequest } from './entry.ts'
import { makeTileLog, TILE_LOG_NAME, type Inclusion, type TileLog } from './log.ts'
import { logIdOf } from './note.ts'
import { readTilePath } from './tiles.ts'

/** Codes of gRPC, which the real service answers with in the bodies of errors. */
const GRPC = { invalid: 3, exists: 6 } as const

/** Rekor's HTTP interface, version 2 (rekor_service.proto of sigstore/rekor-tiles). */
export function rekor2Service(log: TileLog): Service {
  /** Another tree under the same key, which nobody is shown but who is lied to. */
  let hidden: TileLog | undefined
  async function fork(): Promise<TileLog> {
    if (hidden === undefined) {
      hidden = makeTileLog(log.key)
      await hidden.add(randomBytes(32))
    }
    return hidden
  }

  async function add(call: Call): Promise<Answer> {
    let body: Buffer
    try {
      body = await admitRequest(hashedRekordOf(readJson(call.body)))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return failure(400, GRPC.invalid, error.message)
    }
    if (call.lie === 'wrong-entry') body = otherBody(body)
    const shownLog = call.lie === 'split-view' ? await fork() : log
    const entry = await shownLog.add(body)
    if (!entry.isNew) {
      const message = `an equivalent entry already exists in the transparency log with index ${entry.index}`
      return failure(409, GRPC.exists, message, { 'x-log-index': String(entry.index) })
    }
    return json(201, show(shownLog, entry, body, call))
  }

  return {
    name: 'rekor2',
    routes: [
      { method: 'POST', path: '/api/v2/log/entries', handle: add },
      {
        method: 'GET',
        path: '/api/v2/checkpoint',
        handle: () => ({
          status: 200,
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          body: log.checkpoint(),
        }),
      },
      {
        method: 'GET',
        path: /^\/api\/v2\/tile\/(.*)$/,
        handle: (_, [path = '']) => {
          const place = readTilePath(path)
          const body = place === undefined ? undefined : log.tile(place)
          if (body === undefined) throw new Refusal(404, 'there is no such tile')
          return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body }
        },
      },
    ],
  }
}

/** TransparencyLogEntry of sigstore_rekor.proto as protobuf's JSON has it: 64-bit numbers are strings. */
function show(log: TileLog, entry: Inclusion, body: Buffer, { lie }: Call): unknown {
  const stranger = lie === 'wrong-key' || lie === 'wrong-log-key' ? makeKey('Ed25519') : undefined
  const id = lie === 'wrong-log-key' && stranger !== undefined ? logIdOf(TILE_LOG_NAME, stranger) : log.id
  const logIndex = String(entry.index)
  return {
    logIndex,
    logId: { keyId: id.toString('base64') },
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    integratedTime: '0',
    inclusionPromise: null,
    inclusionProof: {
      logIndex,
      rootHash: entry.rootHash.toString('base64'),
      treeSize: String(entry.treeSize),
      hashes: spoilProof(entry.hashes, lie).map((hash) => hash.toString('base64')),
      checkpoint: { envelope: log.checkpoint(entry, id, stranger) },
    },
    canonicalizedBody: body.toString('base64'),
  }
}

/** What the request asks for; the other kind of the interface, `dsseRequestV002`, is refused by the real service too. */
function hashedRekordOf(request: Record<string, unknown>): Record<string, unknown> {
  const asked = request['hashedRekordRequestV002']
  if (asked === undefined || Object.keys(request).length > 1)
    throw new Refusal(400, 'invalid type, must be hashedrekord')
  return asObject(asked, 'hashedRekordRequestV002')
}

function failure(
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return json(status, { code, message, details: [] }, headers)
}

/** For the lie 'wrong-entry': a body of the same shape about something else, which the log then truly contains. */
function otherBody(body: Buffer): Buffer {
  const entry = JSON.parse(body.toString()) as { spec: { hashedRekordV002: { data: { digest: string } } } }
  entry.spec.hashedRekordV002.data.digest = createHash('sha256').update(randomBytes(32)).digest('base64')
  return Buffer.from(canonicalJson(entry))
}
