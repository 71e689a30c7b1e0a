import { createPublicKey } from 'node:crypto'
import { bundleFromJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify'
import { trustedRoot as publicRoot } from '../../src/trust/public/data.ts'
import { readVector, type Vector } from './vectors.ts'

/**
 * What the JavaScript Sigstore library says of a bundle: throws when it refuses. It does not compare an artifact with the
 * subjects of a statement, and knows nothing but whole messages.
 */
export function oracle({ rootText, key }: Vector, text: Uint8Array): void {
  const root = TrustedRoot.fromJSON(JSON.parse(rootText?.toString() ?? publicRoot))
  const bundle = bundleFromJSON(JSON.parse(Buffer.from(text).toString()))
  const publicKey = key && createPublicKey(key.export({ type: 'spki', format: 'pem' }))
  const material = toTrustMaterial(root, publicKey && (() => ({ publicKey, validFor: () => true })))
  const verifier = new Verifier(material, {
    ctlogThreshold: key === undefined ? 1 : 0,
    tlogThreshold: 1,
    timestampThreshold: 1,
  })
  const message = readVector('sigstore-conformance/a.txt')
  verifier.verify(toSignedEntity(bundle, bundle.content.$case === 'messageSignature' ? message : undefined))
}
