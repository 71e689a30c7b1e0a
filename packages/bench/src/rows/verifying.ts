// From the text of a bundle to the answer, ours against the JavaScript Sigstore library's.
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as sealwax from '@sealwax/core'
import { startSandbox } from '@sealwax/sandbox'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { interleave, median } from '../measure.ts'
import type { Place } from '../published.ts'
import { figure, type Row } from '../row.ts'
import type { Sizes } from '../sizes.ts'

const issuer = 'https://token.actions.githubusercontent.com'
const workflow = 'https://github.com/acme/storefront/.github/workflows/release.yml@refs/heads/main'
const content = Buffer.alloc(8192, 'what is signed ')
const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** Bundles, each with a certificate of its own, and how each of both is asked about them. Both throw when they refuse. */
interface Case {
  readonly name: string
  readonly ours: readonly (() => void)[]
  readonly theirs: readonly (() => void)[]
}

/** A row per kind of bundle. */
export async function measureVerifying(place: Place, { verifying: { rounds, each } }: Sizes): Promise<Row[]> {
  const rows: Row[] = []
  for (const { name, ours, theirs } of await makeCases(place.path('verifying'), each)) {
    const all = (verifications: readonly (() => void)[]) => (): void => {
      for (const verify of verifications) verify()
    }
    const times = await interleave(rounds, { ours: all(ours), theirs: all(theirs) })
    const speed = (milliseconds: number): string => `${figure((each * 1000) / milliseconds)} per s`
    const [mine, other] = [median(times.ours), median(times.theirs)]
    rows.push({
      what: `Verify ${name}`,
      ours: speed(mine),
      peer: `${speed(other)} (@sigstore/verify)`,
      ratio: { value: other / mine, unit: 'times', bar: { least: 5 } },
      note: `From the bundle's text to the verdict, trusted root read beforehand, one core, ${rounds} interleaved rounds of ${each} bundles (each with a certificate of its own) in one process. The bar is that of the next piece of work, which also asks for 500 per s.`,
    })
  }
  return rows
}

async function makeCases(directory: string, each: number): Promise<Case[]> {
  const sandbox = await startSandbox({ directory })
  try {
    const job = await sandbox.environment({ kind: 'github', repository: 'acme/storefront' })
    const { trustedRoot, signingConfig } = sandbox.files
    const keyless = (): Promise<sealwax.Sealer> => sealwax.createSealer({ env: job, trustedRoot, signingConfig })
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const managed = await sealwax.createSealer({ signer: sealwax.localSigner(privateKey), trustedRoot, signingConfig })
    const statement = sealwax.makeStatement(
      [{ name: 'app.js', digest: { sha256: '0'.repeat(64) } }],
      sealwax.SLSA_PROVENANCE,
      {},
    )
    const payload = sealwax.statementBytes(statement)
    const several = async (make: () => Promise<sealwax.Bundle>): Promise<sealwax.Bundle[]> => {
      const made: sealwax.Bundle[] = []
      while (made.length < each) made.push(await make())
      return made
    }
    const make = cases(readFileSync(trustedRoot, 'utf8'))
    return [
      make('a file, keyless', await several(async () => (await keyless()).sealMessage(content))),
      make('a statement, keyless', await several(async () => (await keyless()).sealEnvelope(PAYLOAD_TYPE, payload))),
      make('a file, by key', await several(() => managed.sealMessage(content)), publicKey),
    ]
  } finally {
    await sandbox.close()
  }
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

function oursOf(text: string, message: Buffer | undefined, trust: sealwax.Trust): () => void {
  const keyless = sealwax.keylessPolicy({ issuer: { exact: issuer }, subject: { exact: workflow } })
  const base = trust.key === undefined ? keyless : sealwax.defaultPolicy('key')
  const policy: sealwax.Policy = { ...base, timestamps: 1, artifact: message === undefined ? 'optional' : 'required' }
  const now = new Date()
  return () => {
    const artifact = message && sealwax.contentArtifact(() => [message])
    const evidence = sealwax.verifyBundle(sealwax.parseBundle(text), artifact, trust, { now })
    const { ok, reasons } = sealwax.judge(evidence, policy)
    if (!ok) throw new Error(JSON.stringify(reasons))
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
