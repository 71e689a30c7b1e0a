// Bytes to text and back: base64, hex, PEM, DER, canonical JSON, DSSE's pre-authentication encoding. All pure; all strict:
// an encoding that a lenient reader would repair is refused here, so that two readers can never disagree on what was signed.
// Not here: what the bytes mean (certificates: fulcio/, timestamps: tsa/, bundles: bundle/).

export { base64Decode, base64Encode, hexDecode } from './base64.ts'
export {
  booleanValue,
  type DerNode,
  derBoolean,
  derContext,
  derInteger,
  derNode,
  derNull,
  derOctets,
  derOid,
  derSequence,
  derSet,
  oidText,
  readDer,
  tags,
} from './der.ts'
export { canonicalJson } from './canonical.ts'
export { parseJson } from './json.ts'
export { type Members, messageReader, type MessageReader } from './message.ts'
export { pemDecode, pemEncode, type PemBlock } from './pem.ts'
export { preAuthEncoding } from './pae.ts'
export { looksSecret, referenceHint, shownName, shownReference } from './shown.ts'
export { isPrintable, utf8Decode } from './text.ts'
