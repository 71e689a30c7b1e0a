import { hash } from 'node:crypto'
import type { Bundle } from '../../src/bundle/index.ts'
import { preAuthEncoding } from '../../src/encoding/index.ts'
import { hashedRekordV2, type Logged } from './log.ts'
import { type BundleWishes, forgeBundle, leaf } from './world.ts'

export interface V2Wishes extends BundleWishes {
  /** What the entry says, instead of the truth. */
  readonly says?: {
    readonly keyDetails?: string
    readonly hash?: 'sha256' | 'sha384' | 'sha512'
    readonly digest?: Buffer
    readonly logged?: Partial<Logged>
  }
}

const protobufNames = { sha256: 'SHA2_256', sha384: 'SHA2_384', sha512: 'SHA2_512' } as const

/** What a bundle's signature covers: the message, or an envelope's pre-authentication encoding. */
export function coveredBy({ content }: Bundle, message: Buffer): Buffer {
  if (content.$case === 'messageSignature') return message
  return preAuthEncoding(content.dsseEnvelope.payloadType, content.dsseEnvelope.payload)
}

export function signatureOf({ content }: Bundle): Buffer {
  if (content.$case === 'messageSignature') return content.messageSignature.signature
  return content.dsseEnvelope.signatures[0]?.sig ?? Buffer.of()
}

/** A bundle with an entry of Rekor v2 and, as that has no time of its own, a timestamp. */
export function forgeBundleV2(wishes: V2Wishes = {}, message: Buffer = Buffer.from('what was signed\n')): Bundle {
  const { says = {}, ...rest } = wishes
  const certificate = wishes.leaf ?? leaf()
  const draft = forgeBundle({ ...rest, leaf: certificate, entry: false, stamps: [] })
  const signature = signatureOf(draft)
  const name = says.hash ?? 'sha256'
  const logged: Logged = {
    signature,
    verifier: wishes.key?.publicKey.export({ type: 'spki', format: 'der' }) ?? certificate.der,
    isCertificate: wishes.key === undefined,
    ...says.logged,
  }
  const digest = says.digest ?? hash(name, coveredBy(draft, message), 'buffer')
  const body = hashedRekordV2(logged, protobufNames[name], digest, says.keyDetails ?? 'PKIX_ECDSA_P256_SHA_256')
  const entry = { body, kind: 'hashedrekord', version: '0.0.2', promise: false, origin: 'log.forge', ...wishes.entry }
  return forgeBundle({ stamps: [{}], ...rest, leaf: certificate, signature, entry })
}
