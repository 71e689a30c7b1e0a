// The front door of @sealwax/core: what a program needs to sign and to verify, each name from the room that owns it. The rooms
// are listed in the order in which they may use each other. Lighter doors: ./errors, ./session, ./verify, ./policy.

export { type ErrorCode, isSealwaxError, SealwaxError } from './errors.ts'
export { limits } from './limits.ts'
export {
  base64Decode,
  base64Encode,
  canonicalJson,
  hexDecode,
  looksSecret,
  parseJson,
  preAuthEncoding,
  referenceHint,
  shownReference,
} from './encoding/index.ts'
export {
  checkName,
  fileChunks,
  formatSums,
  hashFile,
  type HashName,
  parseSums,
  type Subject,
  writeAtomically,
  type WriteOptions,
} from './subject/index.ts'
export * from './statement/index.ts'
export * from './statement/signing.ts'
export * from './keys/index.ts'
export * from './keys/signing.ts'
export { explainNoIdentity, findIdentity, type FindOptions, type IdentityToken } from './identity/index.ts'
export { type ExtensionName, type FulcioExtensions, type SubjectAlternativeName } from './fulcio/index.ts'
export * from './trust/index.ts'
export * from './trust/tuf/index.ts'
export { type Bundle, bundleJson, parseBundle } from './bundle/index.ts'
export { openSealer, type Sealer, type SealerOptions, type SealStep } from './seal/index.ts'
export * from './verify/index.ts'
export * from './policy/index.ts'
export * from './session/index.ts'
