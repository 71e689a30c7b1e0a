import { type Claims, GITHUB_ISSUER, GITLAB_ISSUER } from '../identity/index.ts'
import { Refusal } from '../http/service.ts'

/** What a certificate says about its holder. Fulcio's docs/oid-info.md names the extensions by these numbers (1.3.6.1.4.1.57264.1.N). */
export interface Principal {
  /** what the proof of possession is made over */
  readonly challenge: string
  readonly san: { readonly email: string } | { readonly uri: string }
  readonly extensions: ReadonlyMap<number, string>
}

/** Extensions whose value is the bare text; all later ones are DER UTF8Strings. */
export const RAW_EXTENSIONS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6])

const ADDRESS = /^[^\s@<>()",;:\\[\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/

/** The claims must have been verified before. */
export function principalOf(claims: Claims): Principal {
  switch (claims['iss']) {
    case GITHUB_ISSUER:
      return githubPrincipal(claims)
    case GITLAB_ISSUER:
      return gitlabPrincipal(claims)
    default:
      return emailPrincipal(claims)
  }
}

function emailPrincipal(claims: Claims): Principal {
  const email = claims['email']
  const federated = claims['federated_claims']
  const connector =
    typeof federated === 'object' && federated !== null ? (federated as Claims)['connector_id'] : undefined
  if (
    typeof email !== 'string' ||
    !ADDRESS.test(email) ||
    claims['email_verified'] !== true ||
    typeof connector !== 'string'
  )
    refuse()
  return {
    challenge: email,
    san: { email },
    extensions: extensionsOf(connector, claim(claims, 'sub'), []),
  }
}

function githubPrincipal(claims: Claims): Principal {
  const of = (name: string): string => claim(claims, name)
  const url = 'https://github.com'
  const uri = `${url}/${of('job_workflow_ref')}`
  const extensions = extensionsOf(GITHUB_ISSUER, of('sub'), [
    [2, of('event_name')],
    [3, of('sha')],
    [4, of('workflow')],
    [5, of('repository')],
    [6, of('ref')],
    [9, uri],
    [10, of('job_workflow_sha')],
    [11, of('runner_environment')],
    [12, `${url}/${of('repository')}`],
    [13, of('sha')],
    [14, of('ref')],
    [15, of('repository_id')],
    [16, `${url}/${of('repository_owner')}`],
    [17, of('repository_owner_id')],
    [18, `${url}/${of('workflow_ref')}`],
    [19, of('workflow_sha')],
    [20, of('event_name')],
    [21, `${url}/${of('repository')}/actions/runs/${of('run_id')}/attempts/${of('run_attempt')}`],
    [22, of('repository_visibility')],
    [23, claim(claims, 'environment', '')],
  ])
  return { challenge: of('sub'), san: { uri }, extensions }
}

function gitlabPrincipal(claims: Claims): Principal {
  const of = (name: string): string => claim(claims, name)
  const url = 'https://gitlab.com'
  const uri = `https://${of('ci_config_ref_uri')}`
  const extensions = extensionsOf(GITLAB_ISSUER, of('sub'), [
    [9, uri],
    [10, of('ci_config_sha')],
    [11, of('runner_environment')],
    [12, `${url}/${of('project_path')}`],
    [13, of('sha')],
    [14, `refs/${of('ref_type') === 'branch' ? 'heads' : 'tags'}/${of('ref')}`],
    [15, of('project_id')],
    [16, `${url}/${of('namespace_path')}`],
    [17, of('namespace_id')],
    [18, uri],
    [19, of('ci_config_sha')],
    [20, of('pipeline_source')],
    [21, `${url}/${of('project_path')}/-/jobs/${of('job_id')}`],
    [22, of('project_visibility')],
    [23, claim(claims, 'environment', '')],
  ])
  return { challenge: of('sub'), san: { uri }, extensions }
}

/** In the order in which Fulcio writes them: by number, empty ones left out. */
function extensionsOf(
  issuer: string,
  subject: string,
  more: readonly (readonly [number, string])[],
): ReadonlyMap<number, string> {
  const all: (readonly [number, string])[] = [[1, issuer], ...more, [8, issuer], [24, subject]]
  return new Map(all.filter(([, value]) => value !== '').toSorted(([a], [b]) => a - b))
}

function claim(claims: Claims, name: string, fallback?: string): string {
  const value = claims[name] ?? fallback
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return refuse()
}

/** One message for everything that may be wrong with a token, as Fulcio has it: a caller is told nothing about the token. */
export function refuse(): never {
  throw new Refusal(400, 'There was an error processing the identity token')
}
