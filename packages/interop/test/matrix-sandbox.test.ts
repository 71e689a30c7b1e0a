// The same matrix at the sandbox: clients that know nothing of it find there what they know from the real services. All but
// sigstore-python's own signing, which sends the CA a certificate request; the sandbox's CA takes a public key, as the others send it.
import { startSandbox } from '@sealwax/sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missing } from '../src/peers.ts'
import { trustConfig } from '../src/trust.ts'
import { openWorkbench } from './command.ts'
import { putKeys } from './keys.ts'
import { cells, clients, nameOf } from './matrix/cell.ts'
import { type Exhibits, hindrance, openExhibits } from './matrix/exhibits.ts'
import { person } from './parties.ts'

const signers = ['cosign', 'sealwax'] as const
const bench = openWorkbench()
let exhibits: Exhibits

describe.skipIf(missing('cosign').length > 0)('at the sandbox', () => {
  beforeAll(async () => {
    const sandbox = await startSandbox({ directory: bench.path('sandbox') })
    afterAll(() => sandbox.close())
    const { trustedRoot, signingConfig, signingConfigRekor2 } = sandbox.files
    bench.put('trust.json', trustConfig(trustedRoot, signingConfig))
    bench.put('trust.rekor2.json', trustConfig(trustedRoot, signingConfigRekor2))
    const trust = { trustConfig: bench.path('trust.json'), trustConfigRekor2: bench.path('trust.rekor2.json') }
    const place = { ...sandbox.files, ...trust, token: () => sandbox.token(person.identity) }
    await putKeys(bench, ['P-256'])
    exhibits = openExhibits({ ...bench, place }, { key: 'P-256', ...person })
    // The first entries of both logs are ours: cosign leaves out their index, which is 0, and sigstore-python demands it.
    await Promise.allSettled(cells.map((cell) => exhibits.signed('sealwax', cell)))
  })

  const meetings = cells.flatMap((cell) =>
    signers.flatMap((signer) => clients.map((verifier) => [signer, nameOf(cell), verifier, cell] as const)),
  )
  test.for(meetings)('%s signs %s: %s accepts that', async ([signer, , verifier, cell], { skip }) => {
    const none = hindrance(signer, cell, verifier)
    skip(none !== undefined, none)
    expect(await exhibits.verdict(signer, cell, verifier)).toBe('verified')
  })
})
