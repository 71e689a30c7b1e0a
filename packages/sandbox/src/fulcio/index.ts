// The certificate authority: a verified token and a proof of possession in, a ten-minute certificate out.
// It speaks Fulcio's HTTP interface v2 and writes certificates after Fulcio's docs/oid-info.md; tokens are made in ../identity.
export { fulcioService } from './service.ts'
