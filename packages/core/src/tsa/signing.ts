// The second door, for those who sign: asking a timestamp authority for a timestamp (RFC 3161).

export { requestTimestamp, type TimestampAnswer } from './client.ts'
