// Every client's signatures before every verifier, at the real services: by identity and with a key, of a file and of a statement
// about it, in Rekor v1 and in Rekor v2. MATRIX.md is what came of it.
import { beforeAll, describe, expect, test } from 'vitest'
import { openWorkbench } from './command.ts'
import { putKeys } from './keys.ts'
import { alterationsOf, type Bundle, strangersOf, toleratedBy } from './matrix/alteration.ts'
import { cannotSign, cannotVerify, type Cell, cells, type Client, clients, nameOf } from './matrix/cell.ts'
import { accepts, type Bench, type Exhibit, type Expected } from './matrix/client.ts'
import { type Exhibits, hindrance, installed, openExhibits } from './matrix/exhibits.ts'
import { matrix } from './matrix/table.ts'
import { person, realServices, unavailable } from './real.ts'

let bench: Bench
let expected: Expected
let exhibits: Exhibits

describe.skipIf(unavailable)('at the real services', () => {
  beforeAll(async () => {
    bench = { ...openWorkbench(), place: { ...realServices(), token: async () => person().token } }
    await putKeys(bench, ['P-256', 'P-384'])
    expected = { key: 'P-256', ...person() }
    exhibits = openExhibits(bench, expected)
    // All begin to sign now: each test below waits for what it needs, and tells when that failed.
    for (const cell of cells)
      for (const client of installed)
        if (cannotSign(client, cell) === undefined) exhibits.signed(client, cell).catch(() => undefined)
  })

  const meetings = cells.flatMap((cell) =>
    clients.flatMap((signer) => clients.map((verifier) => [signer, nameOf(cell), verifier, cell] as const)),
  )
  test.for(meetings)('%s signs %s: %s accepts that', async ([signer, , verifier, cell], { skip }) => {
    const none = hindrance(signer, cell, verifier)
    skip(none !== undefined, none)
    expect(await exhibits.verdict(signer, cell, verifier)).toBe('verified')
  })

  /** Each cell's signer in turn, and all who can judge what it signs. */
  const trials = cells.map((cell, at) => {
    const signers = installed.filter((client) => cannotSign(client, cell) === undefined)
    const judges = installed.filter((client) => cannotVerify(client, cell) === undefined)
    return { cell, judges, signer: signers[at % signers.length] ?? 'cosign', toString: () => nameOf(cell) }
  })
  const accepting = async (
    judges: readonly Client[],
    cell: Cell,
    exhibit: Exhibit,
    whom: Expected,
  ): Promise<Client[]> => {
    const verdicts = await Promise.all(judges.map((client) => accepts(bench, client, cell, exhibit, whom)))
    return judges.filter((_, at) => verdicts[at])
  }

  test.for(trials)('%s: refused for another file, signer or issuer', async ({ cell, judges, signer }) => {
    const exhibit = await exhibits.signed(signer, cell)
    const other = await exhibits.signed(signer, cell, 'other')
    expect(await accepting(judges, cell, { ...exhibit, file: other.file }, expected)).toEqual([])
    for (const [name, stranger] of strangersOf(cell, expected))
      expect(await accepting(judges, cell, exhibit, stranger), name).toEqual([])
  })

  const alterations = trials.flatMap((trial) =>
    alterationsOf(trial.cell).map(([name, alter]) => [nameOf(trial.cell), name, { ...trial, alter }] as const),
  )
  test.for(alterations)('%s: refused when %s', async ([, name, { cell, judges, signer, alter }]) => {
    const { file, bundle } = await exhibits.signed(signer, cell)
    const other = await exhibits.signed(signer, cell, 'other')
    const altered = JSON.parse(bench.read(bundle)) as Bundle
    alter(altered, JSON.parse(bench.read(other.bundle)) as Bundle)
    expect(altered).not.toEqual(JSON.parse(bench.read(bundle)))
    const exhibit = { file, bundle: `${bundle} ${name}` }
    bench.put(exhibit.bundle, JSON.stringify(altered))
    const tolerant = toleratedBy(name, cell)
    expect(await accepting(judges, cell, exhibit, expected)).toEqual(tolerant === undefined ? [] : [tolerant])
  })

  test('MATRIX.md is what came of it', async ({ skip }) => {
    skip(installed.length < clients.length, 'not every client is installed')
    const came = await matrix((...meeting) => exhibits.verdict(...meeting))
    console.log(came)
    await expect(came).toMatchFileSnapshot('../MATRIX.md')
  })
})
