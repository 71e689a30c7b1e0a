import { makeCtLog } from './ctlog.ts'
import { signingConfig, trustedRoot, type Documents, type RekorVersion, type SandboxUrls } from './files/index.ts'
import { fulcioService } from './fulcio/index.ts'
import type { HttpHost } from './http/index.ts'
import { identityService, makeMint, type IdentityService, type Mint } from './identity/index.ts'
import { CODE_SIGNING, makeAuthority } from './pki/index.ts'
import { LOG_NAME, makeLog, rekorService } from './rekor/index.ts'
import { makeTileLog, rekor2Service } from './rekor2/index.ts'
import { timestampService } from './timestamp/index.ts'
import { makeRepository, tufService, type TrustRepository } from './tuf/index.ts'

/** Trust begins a little before the start, for clients whose clock is behind. */
const HEAD_START = 3600 * 1000

export interface Services {
  readonly urls: SandboxUrls
  /** what clients must know, for the files */
  readonly documents: Documents
  readonly mint: Mint
  readonly identity: IdentityService
  readonly tuf: TrustRepository
}

/** Makes every service with keys of its own and puts it on the host. `rekor`: the log to which the TUF repository leads. */
export async function mountServices(host: HttpHost, now: () => Date, rekor: RekorVersion): Promise<Services> {
  const start = new Date(now().getTime() - HEAD_START)
  const urls = urlsAt(host.origin)
  const minting = makeMint(urls.issuer, now)
  const authority = makeAuthority('CA', CODE_SIGNING, start)
  const ctlog = makeCtLog()
  const [log, tileLog] = [makeLog(), makeTileLog()]
  const timestamp = timestampService(start)
  const mint = await minting
  const identity = identityService(mint)
  const { chain: timestampChain } = timestamp
  const deployment = { urls, start, authority, timestampChain, ctlog: ctlog.key, rekor: log.key, rekor2: tileLog }
  const files = {
    trustedRoot: trustedRoot(deployment),
    signingConfig: signingConfig(deployment, 1),
    signingConfigRekor2: signingConfig(deployment, 2),
  }
  const targets = {
    'trusted_root.json': files.trustedRoot,
    'signing_config.v0.2.json': rekor === 2 ? files.signingConfigRekor2 : files.signingConfig,
  }
  const tuf = makeRepository(targets, now)
  const fulcio = fulcioService(authority, ctlog, mint)
  for (const service of [identity, fulcio, rekorService(log), rekor2Service(tileLog), timestamp, tufService(tuf)])
    host.mount(service)
  return { urls, documents: { ...files, tufRoot: tuf.root }, mint, identity, tuf }
}

function urlsAt(origin: string): SandboxUrls {
  return {
    fulcio: `${origin}/fulcio`,
    rekor: `${origin}/rekor/${LOG_NAME}`,
    rekor2: `${origin}/rekor2`,
    timestamp: `${origin}/timestamp/api/v1/timestamp`,
    issuer: `${origin}/identity`,
    tuf: `${origin}/tuf`,
  }
}
