// Files: what one signs against the sandbox, the other verifies, and refuses when anything is not as it was.
import { describe, expect, test } from 'vitest'
import { missing } from '../src/peers.ts'
import { openExchange } from './exchange.ts'
import { putKeys } from './keys.ts'
import { directions, from, parties, person } from './parties.ts'

const { bench, sandbox, services, as, newFile, sign, accepts, refuses } = await openExchange()
await putKeys(bench, ['P-256', 'RSA-2048'])

/** The same number of digits, another digest. */
function otherDigest(hex: string): string {
  return hex.replace(/^../, hex.startsWith('00') ? 'ff' : '00')
}

describe.skipIf(missing('cosign').length > 0).each(directions)('%s signs, %s verifies', (signer, verifier) => {
  test.each(parties)('a file signed by %s', async (_kind, party) => {
    const { file, bundle, hex } = newFile()
    await sign(signer, ['--bundle', bundle, file], await as(party))
    const flags = ['--bundle', bundle, ...from(party)]
    await accepts(verifier, ...flags, file)
    await accepts(verifier, ...flags, '--use-signed-timestamps', file)
    await accepts(verifier, ...flags, `sha256:${hex}`)
    await refuses(verifier, '--bundle', bundle, ...from({ ...party, name: party.name.slice(0, -1) }), file)
    await refuses(verifier, '--bundle', bundle, ...from({ ...party, issuer: 'https://issuer.example' }), file)
    await refuses(verifier, '--bundle', bundle, '--key', 'P-256.pub', file)
    await refuses(verifier, ...flags, newFile().file)
    await refuses(verifier, ...flags, `sha256:${otherDigest(hex)}`)
  })

  test('by regular expressions, and by what GitHub says of the workflow', async () => {
    const { file, bundle } = newFile()
    const job = await sandbox.environment({ kind: 'github', repository: 'acme/app', ref: 'refs/heads/main' })
    await sign(signer, ['--bundle', bundle, file], { ...job, ...services })
    const who = (repository: string): string[] => [
      '--certificate-identity-regexp',
      `^https://github\\.com/${repository}/\\.github/workflows/[a-z]+\\.yml@refs/heads/main$`,
      '--certificate-oidc-issuer-regexp',
      '^https://token\\.actions\\.githubusercontent\\.com$',
    ]
    const told = (ref: string): string[] => [
      '--certificate-github-workflow-repository=acme/app',
      '--certificate-github-workflow-trigger=push',
      '--certificate-github-workflow-name=Release',
      `--certificate-github-workflow-sha=${job['GITHUB_SHA']}`,
      `--certificate-github-workflow-ref=${ref}`,
    ]
    await accepts(verifier, '--bundle', bundle, ...who('acme/app'), ...told('refs/heads/main'), file)
    await refuses(verifier, '--bundle', bundle, ...who('acme/app'), ...told('refs/heads/next'), file)
    await refuses(verifier, '--bundle', bundle, ...who('evil/app'), file)
  })

  test('a file signed with a key and logged', async () => {
    const { file, bundle, hex } = newFile()
    await sign(signer, ['--key', 'P-256.key', '--bundle', bundle, file])
    const flags = ['--key', 'P-256.pub', '--bundle', bundle]
    await accepts(verifier, ...flags, file)
    await accepts(verifier, ...flags, '--use-signed-timestamps', file)
    await accepts(verifier, ...flags, `sha256:${hex}`)
    await refuses(verifier, '--key', 'RSA-2048.pub', '--bundle', bundle, file)
    await refuses(verifier, ...flags, newFile().file)
    await refuses(verifier, ...flags, `sha256:${otherDigest(hex)}`)
  })

  test('a file signed with a key in no log is accepted only where that is allowed', async () => {
    const { file, bundle } = newFile()
    await sign(signer, ['--key', 'P-256.key', '--signing-config', 'none.json', '--bundle', bundle, file])
    const flags = ['--key', 'P-256.pub', '--bundle', bundle]
    await accepts(verifier, ...flags, '--insecure-ignore-tlog', file)
    await refuses(verifier, ...flags, file)
    await refuses(verifier, ...flags, '--insecure-ignore-tlog', '--use-signed-timestamps', file)
  })

  test('a bundle with another signature or another time of the log is refused', async () => {
    const { file, bundle } = newFile()
    await sign(signer, ['--key', 'P-256.key', '--bundle', bundle, file])
    type Bundle = {
      messageSignature: { signature: string }
      verificationMaterial: { tlogEntries: [{ integratedTime: string }] }
    }
    const alter = (change: (bundle: Bundle) => void): void => {
      const copy = JSON.parse(bench.read(bundle)) as Bundle
      change(copy)
      bench.put('altered.json', JSON.stringify(copy))
    }
    alter(({ messageSignature }) => {
      const bytes = Buffer.from(messageSignature.signature, 'base64')
      bytes[20] = (bytes[20] ?? 0) ^ 1
      messageSignature.signature = bytes.toString('base64')
    })
    await refuses(verifier, '--key', 'P-256.pub', '--bundle', 'altered.json', file)
    alter(({ verificationMaterial: { tlogEntries } }) => {
      tlogEntries[0].integratedTime = `${Number(tlogEntries[0].integratedTime) + 1}`
    })
    await refuses(verifier, '--key', 'P-256.pub', '--bundle', 'altered.json', file)
    alter(() => undefined)
    await accepts(verifier, '--key', 'P-256.pub', '--bundle', 'altered.json', file)
  })
})

test.skipIf(missing('cosign').length > 0)("our bundles have the fields of cosign's, and no others", async () => {
  const { file, bundle } = newFile()
  const identity = await as(person)
  // The log's first entry has the index 0 and an empty proof, and Go writes no field for either.
  await sign('sealwax', ['--key', 'P-256.key', '--bundle', bundle, newFile().file])
  for (const [args, env] of [
    [[], identity],
    [['--key', 'P-256.key'], services],
    [['--key', 'P-256.key', '--signing-config', 'none.json'], services],
  ] as const) {
    const shapes: string[][] = []
    for (const tool of ['cosign', 'sealwax'] as const) {
      await sign(tool, [...args, '--bundle', bundle, file], env)
      shapes.push(fieldsOf(JSON.parse(bench.read(bundle))))
    }
    expect(shapes[1]).toEqual(shapes[0])
  }
})

/** The paths of all fields; those of an array's items are told once. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path]
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => fieldsOf(item, `${path}[]`)))]
  return Object.entries(value)
    .flatMap(([name, field]) => fieldsOf(field, `${path}.${name}`))
    .toSorted()
}

test.skipIf(missing('cosign').length > 0)(
  'RSA signs the same file the same way twice: we fetch the entry that is there, cosign stops at the conflict',
  async () => {
    const { file, bundle } = newFile()
    const args = ['--key', 'RSA-2048.key', '--bundle', bundle, file]
    const entry = (): string => {
      const { verificationMaterial } = JSON.parse(bench.read(bundle)) as {
        verificationMaterial: { tlogEntries: [{ logIndex: string }] }
      }
      return verificationMaterial.tlogEntries[0].logIndex
    }
    await sign('sealwax', args)
    const first = entry()
    await sign('sealwax', args)
    expect(entry()).toBe(first)
    await accepts('cosign', '--key', 'RSA-2048.pub', '--bundle', bundle, file)
    const again = await bench.use('cosign', ['sign-blob', ...args], services)
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('409') })
  },
)
