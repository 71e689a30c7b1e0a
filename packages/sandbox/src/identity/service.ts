import { randomBytes } from 'node:crypto'
import { json, Refusal, type Service } from '../http/service.ts'
import type { SandboxIdentity } from './identity.ts'
import type { Mint } from './mint.ts'

export interface IdentityService extends Service {
  /** Gives a job the two values with which GitHub Actions lets it ask for tokens. */
  admitJob(identity: SandboxIdentity): { readonly url: string; readonly token: string }
}

/** OpenID Connect discovery and keys, and the token endpoint of GitHub Actions. The login page comes here later. */
export function identityService(mint: Mint): IdentityService {
  const jobs = new Map<string, SandboxIdentity>()
  return {
    name: 'identity',
    admitJob: (identity) => {
      const token = randomBytes(32).toString('base64url')
      jobs.set(token, identity)
      // GitHub's URL has a query already; clients append `&audience=`.
      return { url: `${mint.issuer}/actions/token?api-version=2.0`, token }
    },
    routes: [
      {
        method: 'GET',
        path: '/.well-known/openid-configuration',
        handle: () =>
          json(200, {
            issuer: mint.issuer,
            jwks_uri: `${mint.issuer}/keys`,
            response_types_supported: ['id_token'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256'],
          }),
      },
      { method: 'GET', path: '/keys', handle: async () => json(200, await mint.keys()) },
      {
        method: 'GET',
        path: '/actions/token',
        handle: async (call) => {
          const bearer = /^bearer (\S+)$/i.exec(call.header('authorization'))?.[1]
          const job = bearer === undefined ? undefined : jobs.get(bearer)
          if (job === undefined) throw new Refusal(401, 'the request token is missing or unknown')
          // GitHub's default audience is the owner's URL; Sigstore's CA refuses it, as it must.
          const audience = call.query.get('audience') ?? 'https://github.com/sealwax-sandbox'
          return json(200, { value: await mint.token(job, { audience }, call) })
        },
      },
    ],
  }
}
