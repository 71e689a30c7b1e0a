// A small OpenID Connect issuer for the real Fulcio: discovery, keys, and a mint. One server, one issuer per path.
import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'

export interface Mint {
  /** The issuer's URL under this name. */
  url(name: 'email' | 'github'): string
  /** A token (RS256) of that issuer for the audience `sigstore`, with these claims. */
  token(name: 'email' | 'github', claims: Readonly<Record<string, unknown>>): string
}

export interface Issuer extends Mint {
  /** With both, another process can {@link openMint}: where it answers, and its private key (PEM). */
  readonly origin: string
  readonly key: string
  close(): Promise<void>
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Mints in the name of an issuer that was started elsewhere. */
export function openMint(origin: string, key: string): Mint {
  const url = (name: string): string => `${origin}/${name}`
  return {
    url,
    token(name, claims) {
      const now = Math.floor(Date.now() / 1000)
      const times = { iat: now, nbf: now - 60, exp: now + 3600 }
      const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'interop' })}.${encode({ iss: url(name), aud: 'sigstore', ...times, ...claims })}`
      return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
    },
  }
}

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig', kid: 'interop' }
  const server = createServer((request, response) => {
    const [, name = '', document = ''] = /^\/(email|github)\/(.+)$/.exec(request.url ?? '') ?? []
    const found = {
      '.well-known/openid-configuration': {
        issuer: `${origin}/${name}`,
        jwks_uri: `${origin}/${name}/keys`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
      keys: { keys: [key] },
    }[document]
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  return {
    ...openMint(origin, pem),
    origin,
    key: pem,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

/** What a login service says of a person who came by an account at Google. */
export const login: Readonly<Record<string, unknown>> = {
  sub: 'Cg0xMjM0NTY3ODkw',
  email: 'jane@acme.example',
  email_verified: true,
  federated_claims: { connector_id: 'https://accounts.google.com', user_id: '1234567890' },
}

/** What GitHub says of a workflow run. */
export const workflowRun: Readonly<Record<string, unknown>> = {
  sub: 'repo:acme/storefront:ref:refs/heads/main',
  repository: 'acme/storefront',
  repository_id: '101',
  repository_owner: 'acme',
  repository_owner_id: '7',
  repository_visibility: 'public',
  workflow: 'release',
  workflow_ref: 'acme/storefront/.github/workflows/release.yml@refs/heads/main',
  workflow_sha: '1'.repeat(40),
  job_workflow_ref: 'acme/storefront/.github/workflows/release.yml@refs/heads/main',
  job_workflow_sha: '1'.repeat(40),
  ref: 'refs/heads/main',
  ref_type: 'branch',
  sha: '1'.repeat(40),
  event_name: 'push',
  run_id: '42',
  run_attempt: '1',
  runner_environment: 'github-hosted',
}
