// The second door, for those who sign: asking a Fulcio for a certificate (fulcio.proto).

export { requestCertificate } from './client.ts'
