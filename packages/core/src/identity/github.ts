import { SealwaxError } from '../errors.ts'
import { parseJson } from '../encoding/index.ts'
import { Secret } from '../keys/signing.ts'
import { limits } from '../limits.ts'
import { sources } from './advice.ts'
import { requestToken } from './client.ts'
import type { FindOptions } from './find.ts'
import { audience, type IdentityToken, parseIdentityToken } from './token.ts'

/**
 * The identity of a GitHub Actions job, asked from the runner's identity service (GitHub docs, "OpenID Connect reference").
 * `undefined` where the job may not ask: no such job, or one without `permissions: id-token: write`.
 */
export async function fromGithub(options: FindOptions): Promise<IdentityToken | undefined> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: permission } = options.env
  if (!address && !permission) return undefined
  if (!address || !permission || !URL.canParse(address)) throw incomplete(address, permission)
  const url = new URL(address)
  url.searchParams.set('audience', audience)
  const answer = await requestToken(url.href, new Secret(permission), options)
  const value = (
    parseJson(answer, 'the answer of the GitHub Actions identity service', limits.token) as { value?: unknown }
  )?.value
  if (typeof value === 'string') return parseIdentityToken(value, sources.github, options.now)
  throw new SealwaxError('IDENTITY_PROVIDER', 'the GitHub Actions identity service sent no token', {
    expected: 'a JSON object with the member `value`',
    found: 'another answer',
  })
}

function incomplete(address: string | undefined, permission: string | undefined): SealwaxError {
  const url = address ? 'an address' : 'no ACTIONS_ID_TOKEN_REQUEST_URL'
  const token = permission ? 'a token' : 'no ACTIONS_ID_TOKEN_REQUEST_TOKEN'
  return new SealwaxError('IDENTITY_PROVIDER', 'the GitHub Actions identity service cannot be asked', {
    expected: 'ACTIONS_ID_TOKEN_REQUEST_URL (a URL) and ACTIONS_ID_TOKEN_REQUEST_TOKEN, both set by the runner',
    found: address && permission ? 'ACTIONS_ID_TOKEN_REQUEST_URL is no URL' : `${url}, ${token}`,
    hint: 'whatever starts this program passes on only one of the two variables: let both through (Turborepo: passThroughEnv)',
  })
}
