import { githubEnvironment } from './github.ts'
import { gitlabEnvironment } from './gitlab.ts'
import type { SandboxIdentity } from './identity.ts'
import type { Mint } from './mint.ts'
import type { IdentityService } from './service.ts'

/** A laptop keeps its token for a day; a real one lives for minutes, but then nobody could try anything in peace. */
const LAPTOP_TTL = 24 * 3600
const GITLAB_TTL = 3600

/** The variables with which a CI system (or a laptop's shell) tells a process who it is. */
export async function identityEnvironment(
  identity: SandboxIdentity,
  mint: Mint,
  service: IdentityService,
): Promise<Record<string, string>> {
  switch (identity.kind) {
    case 'email':
      return { SIGSTORE_ID_TOKEN: await mint.token(identity, { ttl: LAPTOP_TTL }) }
    case 'gitlab':
      return {
        ...gitlabEnvironment(identity),
        SIGSTORE_ID_TOKEN: await mint.token(identity, { ttl: GITLAB_TTL }),
      }
    case 'github': {
      const job = service.admitJob(identity)
      return {
        ...githubEnvironment(identity),
        ACTIONS_ID_TOKEN_REQUEST_URL: job.url,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: job.token,
      }
    }
  }
}
