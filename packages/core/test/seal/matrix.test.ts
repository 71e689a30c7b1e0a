// Every fault at every call: a bundle that verifies, or a typed error within the deadline; and no second log entry where one
// was enough.
import type { Fault, ServiceName } from '@sealwax/sandbox'
import { knownLies } from '@sealwax/sandbox/faults'
import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { bundleJson, parseBundle } from '../../src/bundle/index.ts'
import { isSealwaxError } from '../../src/errors.ts'
import type { SignedContent } from '../../src/seal/index.ts'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()
const inToto = 'application/vnd.in-toto+json'

const troubles: Readonly<Record<string, Fault>> = {
  'delay=200ms': { delay: 200 },
  'delay=10s': { delay: 10_000 },
  '429x2@0': { status: 429, retryAfter: '0', times: 2 },
  '429@9999': { status: 429, retryAfter: '9999' },
  '429': { status: 429, retryAfter: '0' },
  '500x1': { status: 500, times: 1 },
  '500': { status: 500, retryAfter: '0' },
  '503x2': { status: 503, retryAfter: '0', times: 2 },
  '400': { status: 400 },
  '404': { status: 404 },
  hang: { hang: true },
  resetx1: { reset: true, times: 1 },
  reset: { reset: true },
  lostx1: { lostAnswer: true, times: 1 },
  lostx2: { lostAnswer: true, times: 2 },
  'no JSON': { body: 'nonsense' },
  '{}': { body: '{}' },
  'skew=+20m': { skew: 1_200_000 },
  'skew=-20m': { skew: -1_200_000 },
}
/** 20 minutes are twice what a certificate lives for. A log of version 2 tells no time. */
const isTimed = ({ service }: { readonly service: ServiceName }): boolean => service !== 'rekor2'
const isSkewed = ({ name }: { readonly name: string }): boolean => name.startsWith('skew')
/** Those after which a signature is owed, because the service works again. */
const passing = new Set(['delay=200ms', '429x2@0', '500x1', '503x2', 'resetx1', 'lostx1', 'lostx2'])
const services = ['identity', 'fulcio', 'rekor', 'rekor2', 'timestamp'] as const satisfies readonly ServiceName[]
const rows = services.flatMap((service) =>
  (['message', 'envelope'] as const).flatMap((kind) => [
    ...Object.entries(troubles).map(([name, fault]) => ({ service, kind, name, fault })),
    ...knownLies[service].map((lie) => ({ service, kind, name: lie as string, fault: { lie } as Fault })),
  ]),
)
// The services but the logs do not know what kind of content it is.
const telling = rows.filter(({ service, kind }) => kind === 'message' || service.startsWith('rekor'))

/** Different in every row, so that its entries can be told from those of other rows. */
function contentOf({ service, kind, name }: (typeof rows)[number]): Buffer {
  const subject = [{ name: `${service} ${kind} ${name}`, digest: { sha256: '00'.repeat(32) } }]
  return Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject,
      predicateType: 'https://x.test/p',
      predicate: {},
    }),
  )
}

test.each(telling)('a keyless $kind with $service:$name', async (row) => {
  const { service, kind, name, fault } = row
  workshop.sandbox.faults = { [service]: { ...fault } }
  const first = workshop.sandbox.requests.length
  const deadline = passing.has(name) || isSkewed(row) ? 20_000 : 1_000
  const begin = performance.now()
  const chosen = service === 'rekor2' ? workshop.services2 : workshop.services
  const sealer = workshop.keyless({ deadline, services: chosen })
  const content = contentOf(row)
  const outcome = await (
    kind === 'message' ? sealer.sealMessage(content) : sealer.sealEnvelope(inToto, Promise.resolve(content))
  ).catch((error: unknown) => error as Error)
  // On top what a busy machine may take.
  expect(performance.now() - begin).toBeLessThan(deadline + 3_000)
  if (outcome instanceof Error) {
    expect(isSealwaxError(outcome) && outcome.code, String(outcome)).toMatch(/^[A-Z_]+$/)
    expect(passing.has(name), `${outcome.message}: ${isSealwaxError(outcome) ? outcome.found : ''}`).toBe(false)
    if (isSkewed(row)) {
      // Also tokens are told to be from another time: by us when they have ended, else by the certificate authority.
      const code = name === 'skew=-20m' ? 'TOKEN_EXPIRED' : 'SERVICE_REFUSED'
      if (service === 'identity') expect(outcome).toMatchObject({ code })
      else
        expect(outcome).toMatchObject({ hint: expect.stringMatching(/^the clock of .* is 20 minutes (ahead|behind)/) })
      // A certificate from the future is like one seen by a clock that is behind: only its witnesses tell.
      return expect(isTimed(row), String(outcome)).toBe(true)
    }
    // What failed before the log was reached is not in it.
    const asked = workshop.sandbox.requests.slice(first).map((request) => request.service)
    if (service === 'identity' || service === 'fulcio') expect(asked).not.toContain('rekor')
    return
  }
  expect(isSkewed(row) && isTimed(row), 'a wrong time in a bundle').toBe(false)
  const bundle = parseBundle(bundleJson(outcome))
  expect(bundle.verificationMaterial.tlogEntries).toHaveLength(1)
  const signed = kind === 'message' ? { hash: 'sha256', digest: hash('sha256', content, 'buffer'), content } : undefined
  expect(await workshop.verify(bundle, signed as SignedContent | undefined)).toMatchObject({
    signed: true,
    unknown: [],
  })
})

test('no log has two entries about the same thing, whatever happened above', async () => {
  workshop.sandbox.faults = {}
  const logged = [...(await bodiesOfVersion1()), ...(await bodiesOfVersion2())]
  expect(logged.length).toBeGreaterThan(telling.length / 3)
  // Also lies are entries: of something else.
  const digests = logged.map((body) => /"(?:value|digest)":"([^"]+)"/.exec(body)?.[1])
  expect(digests.filter((digest, at) => digests.indexOf(digest) !== at)).toEqual([])
})

async function bodiesOfVersion1(): Promise<string[]> {
  const url = `${workshop.services.logs[0]?.url}/api/v1/log`
  const { treeSize } = (await (await fetch(url)).json()) as { treeSize: number }
  const bodies: string[] = []
  for (let index = 0; index < Number(treeSize); index++) {
    const answer = (await (await fetch(`${url}/entries?logIndex=${index}`)).json()) as Record<string, { body: string }>
    bodies.push(...Object.values(answer).map(({ body }) => Buffer.from(body, 'base64').toString()))
  }
  return bodies
}

/** From the tiles of entries (C2SP tlog-tiles): each with its length in two bytes before it. */
async function bodiesOfVersion2(): Promise<string[]> {
  const url = `${workshop.services2.logs[0]?.url}/api/v2`
  const size = Number((await (await fetch(`${url}/checkpoint`)).text()).split('\n')[1])
  expect(size).toBeLessThan(256)
  const tile = Buffer.from(await (await fetch(`${url}/tile/entries/000.p/${size}`)).arrayBuffer())
  const bodies: string[] = []
  for (let at = 0; at < tile.length; at += 2 + tile.readUInt16BE(at))
    bodies.push(tile.subarray(at + 2, at + 2 + tile.readUInt16BE(at)).toString())
  return bodies
}
