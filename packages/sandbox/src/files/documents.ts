import { ORGANIZATION, type Authority, type Holder, type ServiceKey } from '../pki/index.ts'

/** A name and no more: clients know the CT log by its key, and nothing answers there. */
const CT_LOG_URL = 'https://sealwax-sandbox-not-for-production.invalid/ctlog'

/** Where the services answer. */
export interface SandboxUrls {
  readonly fulcio: string
  readonly rekor: string
  /** with its whole path, as a signing config has it */
  readonly timestamp: string
  /** the `iss` of e-mail tokens */
  readonly issuer: string
}

/** What a client must know to use the sandbox and to believe it. */
export interface Deployment {
  readonly urls: SandboxUrls
  readonly start: Date
  readonly authority: Authority
  readonly timestampChain: readonly Holder[]
  readonly ctlog: ServiceKey
  readonly rekor: ServiceKey
}

/** `trusted_root.json` (sigstore_trustroot.proto, media type version 0.1). */
export function trustedRoot(deployment: Deployment): unknown {
  const { urls, authority, timestampChain } = deployment
  const validFor = { start: deployment.start.toISOString() }
  const log = (baseUrl: string, key: ServiceKey): unknown => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: key.spki.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor,
    },
    logId: { keyId: key.id.toString('base64') },
  })
  const chain = (uri: string, holders: readonly Holder[]): unknown => ({
    subject: { organization: ORGANIZATION, commonName: holders.at(-1)?.commonName },
    uri,
    certChain: {
      certificates: holders.map((holder) => ({ rawBytes: holder.certificate.toString('base64') })),
    },
    validFor,
  })
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log(urls.rekor, deployment.rekor)],
    certificateAuthorities: [chain(urls.fulcio, [authority.intermediate, authority.root])],
    ctlogs: [log(CT_LOG_URL, deployment.ctlog)],
    timestampAuthorities: [chain(urls.timestamp, timestampChain)],
  }
}

/** `signing_config.json` (sigstore_trustroot.proto, SigningConfig, media type version 0.2). */
export function signingConfig(deployment: Deployment): unknown {
  const { urls, start } = deployment
  // Version 1 is what clients ask for although the path of the CA says v2: it is the version of the service, not of the path.
  const service = (url: string): unknown[] => [
    { url, majorApiVersion: 1, validFor: { start: start.toISOString() }, operator: ORGANIZATION },
  ]
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: service(urls.fulcio),
    oidcUrls: service(urls.issuer),
    rekorTlogUrls: service(urls.rekor),
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: service(urls.timestamp),
    tsaConfig: { selector: 'ANY' },
  }
}
