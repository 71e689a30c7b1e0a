// Keys as those see them who check: algorithms (one table row each), public keys, signatures and their checks. Pure.
// Whoever holds the pen comes in by signing.ts. Not here: certificates and ephemeral identities (identity/, fulcio/), what is
// signed (subject/, statement/). Specs: RFC 5280 and 8017 (public keys), RFC 3279 and 8032 (signatures), the algorithm registry
// of the Sigstore protobuf specifications.

export {
  type Algorithm,
  type AlgorithmName,
  algorithmOf,
  algorithms,
  defaultAlgorithm,
  digestAlgorithm,
  type HashName,
  type RekorV1Kind,
} from './algorithms.ts'
export { isSignature, verifySignature } from './check.ts'
export { type DigestVerifier, loadDigestVerifier, verifyDigest } from './digest.ts'
export { loadPrehashVerifier, type PrehashVerifier } from './ed25519ph.ts'
export { parsePublicKey, publicKeyDer, publicKeyHint, publicKeyPem } from './public.ts'
