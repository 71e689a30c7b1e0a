// The only HTTP of sealwax: deadlines, retries with back-off (Retry-After: RFC 9110 section 10.2.3), size caps, redaction,
// proxies, TLS with authorities and client certificates of one's own, clocks compared, user agent. Not here: what is asked and what an answer means; that is in the rooms' own client.ts files, the only ones that
// import this room.

export { type Deadline, startDeadline } from './deadline.ts'
export {
  type Network,
  type NetworkSettings,
  openNetwork,
  standardNetwork,
  type TimestampClient,
  timestampNetwork,
} from './network.ts'
export { redact, type Secretive, shownUrl } from './redaction.ts'
export { request, type RequestOptions } from './request.ts'
export { askTime, warm } from './warm.ts'
export { type Answer } from './wire.ts'
