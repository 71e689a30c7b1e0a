import { ORGANIZATION, type Authority, type Holder, type ServiceKey } from '../pki/index.ts'
import { TILE_LOG_NAME, type TileLog } from '../rekor2/index.ts'

/** A name and no more: clients know the CT log by its key, and nothing answers there. */
const CT_LOG_URL = 'https://sealwax-sandbox-not-for-production.invalid/ctlog'

/** Where the services answer. */
export interface SandboxUrls {
  readonly fulcio: string
  /** the transparency log, version 1 */
  readonly rekor: string
  /** the transparency log, version 2 */
  readonly rekor2: string
  /** with its whole path, as a signing config has it */
  readonly timestamp: string
  /** the `iss` of e-mail tokens */
  readonly issuer: string
  /** the TUF repository's metadata; its targets are below `targets/` */
  readonly tuf: string
}

/** What a client must know to use the sandbox and to believe it. */
export interface Deployment {
  readonly urls: SandboxUrls
  readonly start: Date
  readonly authority: Authority
  readonly timestampChain: readonly Holder[]
  readonly ctlog: ServiceKey
  readonly rekor: ServiceKey
  readonly rekor2: TileLog
}

/** `trusted_root.json` (sigstore_trustroot.proto, media type version 0.1). */
export function trustedRoot(deployment: Deployment): string {
  const { urls, authority, timestampChain } = deployment
  const validFor = { start: deployment.start.toISOString() }
  const log = (baseUrl: string, key: ServiceKey, id: Buffer = key.id): unknown => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: key.spki.toString('base64'),
      keyDetails: key.publicKey.asymmetricKeyType === 'ed25519' ? 'PKIX_ED25519' : 'PKIX_ECDSA_P256_SHA_256',
      validFor,
    },
    logId: { keyId: id.toString('base64') },
  })
  const chain = (uri: string, holders: readonly Holder[]): unknown => ({
    subject: { organization: ORGANIZATION, commonName: holders.at(-1)?.commonName },
    uri,
    certChain: {
      certificates: holders.map((holder) => ({ rawBytes: holder.certificate.toString('base64') })),
    },
    validFor,
  })
  return pretty({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      log(urls.rekor, deployment.rekor),
      // Verifiers take the origin of its checkpoints from the host of this address; where it answers stands in the signing config.
      log(`https://${TILE_LOG_NAME}`, deployment.rekor2.key, deployment.rekor2.id),
    ],
    certificateAuthorities: [chain(urls.fulcio, [authority.intermediate, authority.root])],
    ctlogs: [log(CT_LOG_URL, deployment.ctlog)],
    timestampAuthorities: [chain(urls.timestamp, timestampChain)],
  })
}

/** Which of the two transparency logs. */
export type RekorVersion = 1 | 2

/** A signing config that leads to one of the logs (sigstore_trustroot.proto, SigningConfig, media type version 0.2). */
export function signingConfig(deployment: Deployment, rekor: RekorVersion): string {
  const { urls, start } = deployment
  // Version 1 is what clients ask for although the path of the CA says v2: it is the version of the service, not of the path.
  const service = (url: string, majorApiVersion = 1): unknown[] => [
    { url, majorApiVersion, validFor: { start: start.toISOString() }, operator: ORGANIZATION },
  ]
  return pretty({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: service(urls.fulcio),
    oidcUrls: service(urls.issuer),
    rekorTlogUrls: rekor === 2 ? service(urls.rekor2, 2) : service(urls.rekor),
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: service(urls.timestamp),
    tsaConfig: { selector: 'ANY' },
  })
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
