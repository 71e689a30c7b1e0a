// From the text of a bundle to the answer, ours against the JavaScript Sigstore library's.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import * as sealwax from '@sealwax/core'
import { startSandbox } from '@sealwax/sandbox'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { interleave, median } from '../measure.ts'
import type { Place } from '../published.ts'
import { figure, type Row } from '../row.ts'
import type { Sizes } from '../sizes.ts'
import { content, issuer, type Kept, oursOf, workflow } from '../verification.ts'

const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** Bundles, each with a certificate of its own, and how each of both is asked about them. Both throw when they refuse. */
interface Case {
  readonly name: string
  readonly ours: readonly (() => void)[]
  readonly theirs: readonly (() => void)[]
}

/** A row per kind of bundle, and one for two threads. */
export async function measureVerifying(place: Place, { verifying: { rounds, each } }: Sizes): Promise<Row[]> {
  const rows: Row[] = []
  const made = await makeCases(place.path('verifying'), each)
  for (const { name, ours, theirs } of made) {
    const all = (verifications: readonly (() => void)[]) => (): void => {
      for (const verify of verifications) verify()
    }
    const times = await interleave(rounds, { ours: all(ours), theirs: all(theirs) })
    const [mine, other] = [median(times.ours), median(times.theirs)]
    rows.push({
      what: `Verify ${name}`,
      ours: speed(each, mine),
      peer: `${speed(each, other)} (@sigstore/verify)`,
      ratio: { value: other / mine, unit: 'times', bar: { least: 5 } },
      note: `From the bundle's text to the verdict, trusted root read beforehand, one core, ${rounds} interleaved rounds of ${each} bundles (each with a certificate of its own, where it has one) in one process.`,
    })
  }
  rows.push(await onTwoThreads(place, rounds))
  return rows
}

const speed = (count: number, milliseconds: number): string => `${figure((count * 1000) / milliseconds)} per s`

/** The same work once and twice at the same time: what a second core is worth. */
async function onTwoThreads(place: Place, rounds: number): Promise<Row> {
  const file = place.path('verifying/keyless.json')
  const [first, second] = [new Worker(verifier, { workerData: file }), new Worker(verifier, { workerData: file })]
  const work = async (worker: Worker): Promise<void> => {
    worker.postMessage('again')
    await once(worker, 'message')
  }
  const times = await interleave(rounds, {
    one: () => work(first),
    two: () => Promise.all([work(first), work(second)]),
  })
  await Promise.all([first.terminate(), second.terminate()])
  const { bundles } = JSON.parse(readFileSync(file, 'utf8')) as Kept
  const [one, two] = [median(times.one), median(times.two)]
  return {
    what: 'Verify files, keyless, on two threads',
    ours: speed(2 * bundles.length, two),
    peer: `${speed(bundles.length, one)} (on one)`,
    ratio: { value: (2 * one) / two, unit: 'times', bar: { least: 1.5 } },
    note: `Worker threads, each with a list of ${bundles.length} bundles, ${rounds} interleaved rounds.`,
  }
}

const verifier = new URL('../thread.ts', import.meta.url)

async function makeCases(directory: string, each: number): Promise<Case[]> {
  const sandbox = await startSandbox({ directory })
  try {
    const job = await sandbox.environment({ kind: 'github', repository: 'acme/storefront' })
    const { trustedRoot, signingConfig, signingConfigRekor2 } = sandbox.files
    const keyless = (config: string): Promise<sealwax.Sealer> =>
      sealwax.createSealer({ env: job, trustedRoot, signingConfig: config })
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const byKey = (config: string): Promise<sealwax.Sealer> =>
      sealwax.createSealer({ signer: sealwax.localSigner(privateKey), trustedRoot, signingConfig: config })
    const statement = sealwax.makeStatement(
      [{ name: 'app.js', digest: { sha256: '0'.repeat(64) } }],
      sealwax.SLSA_PROVENANCE,
      {},
    )
    const payload = sealwax.statementBytes(statement)
    const several = (make: () => Promise<sealwax.Bundle>): Promise<sealwax.Bundle[]> =>
      Promise.all(Array.from({ length: each }, make))
    const seal = async (sealer: Promise<sealwax.Sealer>): Promise<sealwax.Bundle> => (await sealer).sealMessage(content)
    const attest = async (sealer: Promise<sealwax.Sealer>): Promise<sealwax.Bundle> =>
      (await sealer).sealEnvelope(PAYLOAD_TYPE, payload)
    const files = await several(() => seal(keyless(signingConfig)))
    const kept: Kept = { bundles: files.map(sealwax.bundleJson), trustedRoot: readFileSync(trustedRoot, 'utf8') }
    writeFileSync(join(directory, 'keyless.json'), JSON.stringify(kept))
    const make = cases(kept.trustedRoot)
    return [
      make('a file, keyless', files),
      make('a statement, keyless', await several(() => attest(keyless(signingConfig)))),
      make('a statement, keyless, Rekor v2', await several(() => attest(keyless(signingConfigRekor2)))),
      make('a file, by key, logged', await several(() => seal(byKey(logOnly(signingConfig, directory)))), publicKey),
      make('a file, by key, logged and timestamped', await several(() => seal(byKey(signingConfig))), publicKey),
    ]
  } finally {
    await sandbox.close()
  }
}

/** The signing config without its timestamp authorities. */
function logOnly(signingConfig: string, directory: string): string {
  const {
    tsaUrls: _tsaUrls,
    tsaConfig: _tsaConfig,
    ...rest
  } = JSON.parse(readFileSync(signingConfig, 'utf8')) as Record<string, unknown>
  const path = join(directory, 'log-only.json')
  writeFileSync(path, JSON.stringify(rest))
  return path
}

/** Both read the same trusted root once, and each bundle anew every time. */
function cases(rootText: string): (name: string, bundles: readonly sealwax.Bundle[], key?: KeyObject) => Case {
  const trustedRoot = sealwax.parseTrustedRoot(rootText)
  const theirRoot = TrustedRoot.fromJSON(JSON.parse(rootText))
  return (name, bundles, key) => {
    const asked = bundles.map((bundle) => ({
      text: sealwax.bundleJson(bundle),
      message: bundle.content.$case === 'messageSignature' ? content : undefined,
    }))
    const theirs = theirVerifier(theirRoot, key)
    return {
      name,
      ours: asked.map(({ text, message }) => oursOf(text, message, { root: trustedRoot, key })),
      theirs: asked.map(
        ({ text, message }) =>
          () =>
            theirs(text, message),
      ),
    }
  }
}

function theirVerifier(root: TrustedRoot, key: KeyObject | undefined): (text: string, message?: Buffer) => void {
  const publicKey = key && createPublicKey(key.export({ type: 'spki', format: 'pem' }))
  const material = toTrustMaterial(root, publicKey && (() => ({ publicKey, validFor: () => true })))
  const thresholds = { ctlogThreshold: key === undefined ? 1 : 0, tlogThreshold: 1, timestampThreshold: 1 }
  const verifier = new Verifier(material, thresholds)
  const policy = key === undefined ? { subjectAlternativeName: workflow, extensions: { issuer } } : undefined
  return (text, message) => {
    verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(text)), message), policy)
  }
}
