// The timestamp authority: RFC 3161 requests in DER or in Sigstore's JSON, tokens in CMS (RFC 5652) with ESSCertIDv2 (RFC 5816).
export { timestampService } from './service.ts'
