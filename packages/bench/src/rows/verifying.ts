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

/** A bundle, and how each of both is asked about it. Both throw when they refuse. */
interface Case {
  readonly name: string
  readonly ours: () => void
  readonly theirs: () => void
}

/** A row per kind of bundle. */
export async function measureVerifying(place: Place, { verifying: { rounds, each } }: Sizes): Promise<Row[]> {
  const rows: Row[] = []
  for (const { name, ours, theirs } of await makeCases(place.path('verifying'))) {
    const repeat = (verify: () => void) => (): void => {
      for (let count = 0; count < each; count++) verify()
    }
    const times = await interleave(rounds, { ours: repeat(ours), theirs: repeat(theirs) })
    const speed = (milliseconds: number): string => `${figure((each * 1000) / milliseconds)} per s`
    const [mine, other] = [median(times.ours), median(times.theirs)]
    rows.push({
      what: `Verify ${name}`,
      ours: speed(mine),
      peer: `${speed(other)} (@sigstore/verify)`,
      ratio: { value: other / mine, unit: 'times', bar: { least: 5 } },
      note: `From the bundle's text to the verdict, trusted root read beforehand, one core, ${rounds} interleaved rounds of ${each} in one process. The bar is that of the next piece of work, which also asks for 500 per s.`,
    })
  }
  return rows
}

async function makeCases(directory: string): Promise<Case[]> {
  const sandbox = await startSandbox({ directory })
  try {
    const job = await sandbox.environment({ kind: 'github', repository: 'acme/storefront' })
    const { trustedRoot, signingConfig } = sandbox.files
    const keyless = await sealwax.createSealer({ env: job, trustedRoot, signingConfig })
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const managed = await sealwax.createSealer({ signer: sealwax.localSigner(privateKey), trustedRoot, signingConfig })
    const statement = sealwax.makeStatement(
      [{ name: 'app.js', digest: { sha256: '0'.repeat(64) } }],
      sealwax.SLSA_PROVENANCE,
      {},
    )
    const make = cases(readFileSync(trustedRoot, 'utf8'))
    return [
      make('a file, keyless', await keyless.sealMessage(content)),
      make('a statement, keyless', await keyless.sealEnvelope(PAYLOAD_TYPE, sealwax.statementBytes(statement))),
      make('a file, by key', await managed.sealMessage(content), publicKey),
    ]
  } finally {
    await sandbox.close()
  }
}

/** Both read the same trusted root once, and each bundle anew every time. */
function cases(rootText: string): (name: string, bundle: sealwax.Bundle, key?: KeyObject) => Case {
  const trustedRoot = sealwax.parseTrustedRoot(rootText)
  const theirRoot = TrustedRoot.fromJSON(JSON.parse(rootText))
  return (name, bundle, key) => {
    const text = sealwax.bundleJson(bundle)
    const message = bundle.content.$case === 'messageSignature' ? content : undefined
    return {
      name,
      ours: oursOf(text, message, { root: trustedRoot, key }),
      theirs: theirsOf(text, message, theirRoot, key),
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

function theirsOf(text: string, message: Buffer | undefined, root: TrustedRoot, key: KeyObject | undefined) {
  const publicKey = key && createPublicKey(key.export({ type: 'spki', format: 'pem' }))
  const material = toTrustMaterial(root, publicKey && (() => ({ publicKey, validFor: () => true })))
  const thresholds = { ctlogThreshold: key === undefined ? 1 : 0, tlogThreshold: 1, timestampThreshold: 1 }
  const verifier = new Verifier(material, thresholds)
  const policy = key === undefined ? { subjectAlternativeName: workflow, extensions: { issuer } } : undefined
  return (): void => {
    verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(text)), message), policy)
  }
}
