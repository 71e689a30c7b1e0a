// The clock: RFC 3161 timestamps over a signature's bytes: reading a response and verifying it against an authority's chain.
// CMS SignedData (RFC 5652) as far as a timestamp needs it. Pure; what asks an authority for one is behind signing.ts.
// Not here: which authorities are trusted (trust/), how many timestamps are wanted (policy/).

export { parseTimestamp } from './token.ts'
export { verifyTimestamp } from './verify.ts'
