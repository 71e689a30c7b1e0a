// Why verifiers disagree about changed bundles. Each disagreement that a run meets must have its reason here; FUZZ.md lists them.
import type { Mutant } from './mutant.ts'

/** Somebody refuses alone, or we and one of two peers do. */
export interface Disagreement {
  /** Who refuses: we what both others accept, or a peer what we accept. */
  readonly by: 'us' | '@sigstore/verify' | 'sigstore-go'
  readonly mutant: Mutant
  /** What the one who refuses says. */
  readonly why: string
}

export interface Reason {
  readonly by: Disagreement['by']
  /** What is refused, and why only by them. */
  readonly words: string
  /** What the one who refuses says. */
  readonly says: RegExp
  /** What must be so in the bundle. */
  readonly where?: (bundle: Shape, mutant: Mutant) => boolean
}

/** As much of a bundle as reasons look at. */
interface Shape {
  readonly mediaType?: unknown
  readonly verificationMaterial?: {
    readonly tlogEntries?: readonly {
      readonly logId?: { readonly keyId?: unknown }
      readonly inclusionProof?: { readonly checkpoint?: { readonly envelope?: unknown } }
    }[]
    readonly timestampVerificationData?: {
      readonly rfc3161Timestamps?: readonly { readonly signedTimestamp?: unknown }[]
    }
  }
  readonly dsseEnvelope?: { readonly signatures?: readonly { readonly keyid?: unknown }[] }
}

const stampsOf = (bundle: Shape): unknown[] =>
  (bundle.verificationMaterial?.timestampVerificationData?.rfc3161Timestamps ?? []).map(
    (stamp) => stamp.signedTimestamp,
  )
const logsOf = (bundle: Shape): unknown[] =>
  (bundle.verificationMaterial?.tlogEntries ?? []).map(({ logId }) => logId?.keyId)

const checkpointOf = ({ verificationMaterial }: Shape): string =>
  String(verificationMaterial?.tlogEntries?.[0]?.inclusionProof?.checkpoint?.envelope)

/** Known reasons. The first that fits counts. */
export const reasons: readonly Reason[] = [
  {
    by: '@sigstore/verify',
    words:
      'The same timestamp twice. Here, and for sigstore-go, an authority counts once however often it speaks: no threshold is met by repeating, and nothing else is gained.',
    says: /duplicate timestamp/,
    where: (bundle) => stampsOf(bundle).length > new Set(stampsOf(bundle)).size,
  },
  {
    by: '@sigstore/verify',
    words:
      'An entry of a log that the trusted root does not name, beside one of a log that it names. The library lets it break the bundle; here, and for sigstore-go, it counts for nothing and is shown as unknown. The good entry is checked as always.',
    says: /checkpoint|inclusion p|certificate chain|tlog|log entry|body|signature|Timestamp|expired/i,
    where: (bundle, { seed }) =>
      logsOf(bundle).length > new Set(logsOf(JSON.parse(seed.bundle) as Shape)).size &&
      new Set(logsOf(bundle)).size > 1,
  },
  {
    by: '@sigstore/verify',
    words:
      'A timestamp of an authority that the trusted root does not name, where no timestamp is asked for: by key, or beside the time of the log. It counts for nothing and is shown as unknown, as for sigstore-go. One that a known authority should have made is refused here.',
    says: /timestamp could not be verified|invalid length|length exceeds|unsupported tag|past end of buffer/,
    where: (bundle) => stampsOf(bundle).length > 0,
  },
  {
    by: '@sigstore/verify',
    words:
      'Version 0.1 or 0.2 in the newer spelling of the media type. The library takes it for a later version, and then asks for what those versions must have.',
    says: /invalid bundle|Unsupported|media type/i,
    where: ({ mediaType }) => /^application\/vnd\.dev\.sigstore\.bundle\.v0\.[12]\+json$/.test(String(mediaType)),
  },
  {
    by: 'sigstore-go',
    words:
      'The envelope names a key (`keyid`) in another form than the fingerprint that OpenSSH shows. To DSSE that name is a hint that nobody signed and nothing may be decided by. The signature is checked with the one key that there is, whatever it is called; @sigstore/verify accepts it too.',
    says: /accepted signatures do not match threshold/,
    where: ({ dsseEnvelope }) =>
      typeof dsseEnvelope?.signatures?.[0]?.keyid === 'string' && dsseEnvelope.signatures[0].keyid !== '',
  },
  {
    by: 'sigstore-go',
    words:
      'An integer written with so small an exponent, or so many decimals, that JSON.parse has rounded it to one. What is checked, and shown, is the integer; @sigstore/verify accepts it too.',
    says: /invalid value for int64 field/,
    where: (_, { bytes }) =>
      /"(logIndex|integratedTime|treeSize)": ?-?[0-9]+(\.[0-9]+|e-[0-9]+)/i.test(bytes.toString()),
  },
  {
    by: 'us',
    words:
      'Another root hash, or another tree size, in the proof than in the checkpoint. Both others look at the signed one only; a bundle that says two things is refused here.',
    says: /^LOG_ENTRY_INVALID: the inclusion proof does not lead to the root that the log signed/,
  },
  {
    by: 'us',
    words:
      'Bytes in another spelling than standard base64 with padding: for addresses, without padding, with stray bits. Both others read them; here each sequence of bytes has one spelling, so that a flipped character is never the same bundle.',
    says: /^BUNDLE_INVALID: the bundle is not valid: [\w.[\]]+ \(\d+ characters that are not\)/,
  },
  {
    by: 'us',
    words: 'A 64-bit integer as `1e0`, `1.0`, `-0`, an empty text, or below zero. No client writes it so.',
    says: /^BUNDLE_INVALID: the bundle is not valid: [\w.[\]]+(logIndex|treeSize|integratedTime) \(a (string|number)\)/,
  },
  {
    by: 'us',
    words:
      "A member in snake case. Readers of protobuf's JSON take both spellings of a name; writers write the other one. As the library knows only that one, it does not see such a member at all.",
    says: /^BUNDLE_INVALID: the bundle is not valid: [\w.[\]]+ \(a member "[a-z0-9]+(_[a-z0-9]+)+"\)/,
  },
  {
    by: 'us',
    words:
      'More than 16 certificates, 32 entries, 32 timestamps: bounds on what a bundle may cost. Real ones have three, one and one.',
    says: /^BUNDLE_INVALID: the bundle is not valid: [\w.[\]]+ \(\d+ items\)/,
  },
  {
    by: 'us',
    words:
      'A line under the checkpoint, of somebody else than the log, that is no signature line: stray bits in its base64, control characters. Both others pass over what they have no key for; here the whole note must be well formed (C2SP signed-note).',
    says: /^LOG_ENTRY_INVALID: the log's checkpoint cannot be read/,
    where: (bundle) =>
      checkpointOf(bundle)
        .split('\n')
        .filter((line) => line.startsWith('\u2014 ')).length > 1,
  },
  {
    by: 'us',
    words:
      'A timestamp that is broken, where none is asked for because a key or the log is believed for the time. Both others do not look at it; here whatever is in a bundle and is of a known witness must hold.',
    says: /^TIMESTAMP_INVALID:/,
  },
]

/** The written reason for a disagreement; `undefined` when there is none. */
export function reasonFor({ by, mutant, why }: Disagreement): Reason | undefined {
  return reasons.find((reason) => reason.by === by && reason.says.test(why) && holds(reason, mutant))
}

function holds({ where }: Reason, mutant: Mutant): boolean {
  if (where === undefined) return true
  try {
    return where(JSON.parse(mutant.bytes.toString()) as Shape, mutant)
  } catch {
    return false
  }
}
