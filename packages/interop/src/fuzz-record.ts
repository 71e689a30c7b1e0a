// Signs the bundles that are fuzzed with a sandbox, and keeps them in fuzz-seeds/: a seed number names the same mutant for
// ever only if the bundles stay. To be run again when what we write changes.
import { generateKeyPairSync } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleJson } from '@sealwax/core'
import { createSealer } from '@sealwax/core/session'
import { startSandbox } from '@sealwax/sandbox'
import { artifact, digest, folder, type Recorded, signer } from './fuzz/recorded.ts'

const work = mkdtempSync(join(tmpdir(), 'sealwax-record-'))
const sandbox = await startSandbox({ directory: work })
try {
  mkdirSync(folder, { recursive: true })
  copyFileSync(sandbox.files.trustedRoot, join(folder, 'trusted_root.json'))
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = join(work, 'key.pem')
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'index.html', digest: { sha256: '00'.repeat(32) } },
      { name: 'artifact.txt', digest: { sha256: digest } },
    ],
    predicateType: 'https://acme.example/review/v1',
    predicate: { lgtm: true },
  }
  const recorded: Recorded = { key: publicKey.export({ type: 'spki', format: 'pem' }).toString(), bundles: {} }
  for (const [version, signingConfig] of [
    ['rekor-v1', sandbox.files.signingConfig],
    ['rekor-v2', sandbox.files.signingConfigRekor2],
  ] as const)
    for (const by of ['key', 'identity'] as const) {
      const who = by === 'key' ? { key } : { identityToken: await sandbox.token(signer) }
      const sealer = await createSealer({ ...who, signingConfig, trustedRoot: sandbox.files.trustedRoot, env: {} })
      const message = await sealer.sealMessage(Buffer.from(artifact))
      const envelope = await sealer.sealEnvelope('application/vnd.in-toto+json', Buffer.from(JSON.stringify(statement)))
      recorded.bundles[`${version}-${by}-message`] = JSON.parse(bundleJson(message))
      recorded.bundles[`${version}-${by}-envelope`] = JSON.parse(bundleJson(envelope))
    }
  writeFileSync(join(folder, 'bundles.json'), `${JSON.stringify(recorded, undefined, 2)}\n`)
} finally {
  await sandbox.close()
  rmSync(work, { recursive: true, force: true })
}
