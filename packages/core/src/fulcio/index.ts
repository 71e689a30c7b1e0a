// The certificate: X.509 as Fulcio issues it (RFC 5280, Fulcio's oid-info.md), its chain to a trusted authority, and the
// embedded signed certificate timestamps (RFC 6962). Pure; what asks a Fulcio for one is behind signing.ts.
// Not here: which authorities are trusted (trust/), whose identity is wanted (policy/).

export { type CertificateAuthority, isWithin, type LogKey, type Period, withAnyKey } from './authority.ts'
export { buildChain, learnIssuers } from './chain.ts'
export {
  type Certificate,
  nameText,
  parseCertificate,
  recallCertificate,
  type SubjectAlternativeName,
} from './certificate.ts'
export { type ExtensionName, type FulcioExtensions } from './extensions.ts'
export { verifyScts } from './sct.ts'
export { readTime } from './time.ts'
