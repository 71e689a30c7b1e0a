import { createHash, generateKeyPair, randomUUID, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Lie } from '../faults/index.ts'
import { GITHUB_ISSUER } from './github.ts'
import { GITLAB_ISSUER } from './gitlab.ts'
import { claimsOf, type SandboxIdentity } from './identity.ts'
import type { Claims } from './made-up.ts'

export interface TokenOptions {
  /** `aud`; Sigstore's CA wants `sigstore`, which is the default */
  readonly audience?: string
  /** seconds until the token expires; 600 when left out, negative for one that has expired */
  readonly ttl?: number
}

interface Told {
  readonly lie: Lie | undefined
  readonly now: Date
}

/** Makes and checks identity tokens. One key stands for every issuer. */
export interface Mint {
  readonly issuer: string
  /** `told`: what the token service is made to say, instead of the truth at the true time. */
  token(identity: SandboxIdentity, options?: TokenOptions, told?: Told): Promise<string>
  /** The claims, if signature, issuer, audience and times hold; rejects otherwise. */
  check(token: string): Promise<Claims>
  /** JSON Web Key Set of the signing key */
  keys(): Promise<unknown>
}

/** What GitHub, GitLab and Sigstore's login service use; cosign takes a token on its command line in no other algorithm. */
const ALGORITHM = 'RS256'
const DEFAULT_TTL = 600
/** NumericDate of a token's `nbf` lies a little back, as GitHub's and GitLab's do: clocks differ. */
const LEEWAY_SECONDS = 5

/**
 * CI tokens carry the real issuer's name: clients may look at `iss` before they send a token anywhere, and the certificate must name
 * GitHub or GitLab, or the policies people write could not be tried. Only this sandbox's CA believes it, for it knows the key.
 * E-mail tokens carry the sandbox's own URL, as those of Sigstore carry that of its login service, which federates; there the upstream
 * provider stands in `federated_claims.connector_id`, and the CA takes the issuer from it.
 */
export async function makeMint(issuer: string, now: () => Date): Promise<Mint> {
  const key = await makeRsaKey()
  const kid = createHash('sha256')
    .update(key.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')

  return {
    issuer,
    token: async (identity, options = {}, { lie, now: at } = { lie: undefined, now: now() }) => {
      const { SignJWT } = await import('jose/jwt/sign')
      const said = claimsOf(identity, issuer)
      const issued = Math.floor(at.getTime() / 1000) - (lie === 'expired' ? 24 * 3600 : 0)
      return new SignJWT({ ...said.claims })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
        .setIssuer(said.issuer)
        .setAudience(options.audience ?? 'sigstore')
        .setIssuedAt(issued)
        .setNotBefore(issued - LEEWAY_SECONDS)
        .setExpirationTime(issued + (options.ttl ?? DEFAULT_TTL))
        .setJti(randomUUID())
        .sign(lie === 'wrong-key' ? (await makeRsaKey()).privateKey : key.privateKey)
    },
    check: async (token) => {
      const { jwtVerify } = await import('jose/jwt/verify')
      const { payload } = await jwtVerify(token, key.publicKey, {
        algorithms: [ALGORITHM],
        issuer: [issuer, GITHUB_ISSUER, GITLAB_ISSUER],
        audience: 'sigstore',
        currentDate: now(),
        requiredClaims: ['sub', 'exp', 'iat'],
      })
      return payload
    },
    keys: async () => {
      const { exportJWK } = await import('jose/key/export')
      return { keys: [{ ...(await exportJWK(key.publicKey)), kid, alg: ALGORITHM, use: 'sig' }] }
    },
  }
}

/** In a worker thread: finding the primes takes a tenth of a second or several. */
function makeRsaKey(): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }> {
  return promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
}
