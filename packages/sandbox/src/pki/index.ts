// Keys and certificates of the sandbox's own services, made at each start and kept in memory only; which keys of users are taken.
// What a certificate for a user says is not here but in ../fulcio. RFC 5280.
export * from './accepted.ts'
export * from './authority.ts'
export * from './certificate.ts'
export * from './der.ts'
export * from './key.ts'
