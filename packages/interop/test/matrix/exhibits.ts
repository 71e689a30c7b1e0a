// What each client signed, once for all tests that ask, and what each verifier made of it.
import { expect } from 'vitest'
import { missing, python } from '../../src/peers.ts'
import { cannotSign, cannotVerify, type Cell, type Client, clients, nameOf } from './cell.ts'
import { accepts, type Bench, type Exhibit, type Expected, sign } from './client.ts'

/** Those that are on this machine. cosign is one of the real services' parts, so it is there wherever these tests run. */
export const installed: readonly Client[] = clients.filter(
  (client) => client !== 'sigstore-python' || missing(python).length === 0,
)

/** Why a signer's signature never comes before this verifier: `cannot: …`, or `skipped: …` for what is not installed. */
export function hindrance(signer: Client, cell: Cell, verifier: Client): string | undefined {
  const unable = cannotSign(signer, cell) ?? cannotVerify(verifier, cell)
  if (unable !== undefined) return `cannot: ${unable}`
  const absent = [signer, verifier].find((client) => !installed.includes(client))
  return absent === undefined ? undefined : `skipped: ${absent} is not installed`
}

export interface Exhibits {
  /** A file that this client signed; `other` is a second one. @throws when it does not sign. */
  signed(client: Client, cell: Cell, which?: 'one' | 'other'): Promise<Exhibit>
  /** `verified`, `refused`, or the {@link hindrance}. */
  verdict(signer: Client, cell: Cell, verifier: Client): Promise<string>
}

/** Each client signs one file after the other, and all clients at the same time. */
export function openExhibits(bench: Bench, expected: Expected): Exhibits {
  const signatures = new Map<string, Promise<Exhibit>>()
  const verdicts = new Map<string, Promise<string>>()
  const queues = new Map<Client, Promise<unknown>>()

  async function make(client: Client, cell: Cell, file: string): Promise<Exhibit> {
    const exhibit = { file, bundle: `${file}.json` }
    bench.put(file, `content of ${file}`)
    const run = await sign(bench, client, cell, exhibit)
    expect(run, `${client} signs ${nameOf(cell)}: ${run.stderr}`).toMatchObject({ code: 0 })
    return exhibit
  }
  function once<Value>(made: Map<string, Promise<Value>>, key: string, start: () => Promise<Value>): Promise<Value> {
    const promise = made.get(key) ?? start()
    made.set(key, promise)
    return promise
  }
  function signed(client: Client, cell: Cell, which: 'one' | 'other' = 'one'): Promise<Exhibit> {
    return once(signatures, [client, nameOf(cell), which].join(), () => {
      const file = `matrix-${signatures.size}.txt`
      const signature = (queues.get(client) ?? Promise.resolve()).then(() => make(client, cell, file))
      queues.set(
        client,
        signature.catch(() => undefined),
      )
      return signature
    })
  }
  function verdict(signer: Client, cell: Cell, verifier: Client): Promise<string> {
    const none = hindrance(signer, cell, verifier)
    if (none !== undefined) return Promise.resolve(none)
    return once(verdicts, [signer, nameOf(cell), verifier].join(), async () => {
      const accepted = await accepts(bench, verifier, cell, await signed(signer, cell), expected)
      return accepted ? 'verified' : 'refused'
    })
  }
  return { signed, verdict }
}
