// `@sigstore/verify`, asked for the same as we are.
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import type { Seed } from './seeds.ts'

/** What a peer says: nothing when it accepts, or why it refuses. */
export type PeerSays = string | undefined

export function openLibrary({ trustedRoot, signer, artifact }: Seed): (bundle: Uint8Array) => PeerSays {
  const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(trustedRoot, 'utf8')))
  const key = 'key' in signer ? createPublicKey(signer.key) : undefined
  const trust = toTrustMaterial(root, key && (() => ({ publicKey: key, validFor: () => true })))
  const thresholds =
    key === undefined
      ? { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 }
      : { tlogThreshold: 1, ctlogThreshold: 0, timestampThreshold: 0 }
  const verifier = new Verifier(trust, thresholds)
  const policy =
    'key' in signer
      ? undefined
      : // The library takes every text for an expression, and is content with a part that fits.
        {
          subjectAlternativeName: new RegExp(`^${signer.subject.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`),
          extensions: { issuer: signer.issuer },
        }
  return (bundle) => {
    try {
      const content = bundleFromJSON(JSON.parse(Buffer.from(bundle).toString()))
      verifier.verify(toSignedEntity(content, artifact), policy)
      return undefined
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`
    }
  }
}
