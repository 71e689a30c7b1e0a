/** What to do about a token that cannot be used, by where it came from. */
export interface Advice {
  readonly audience: string
  readonly expiry: string
  readonly invalid: string
}

/** Names of the sources, as messages show them. */
export const sources = {
  option: 'the options',
  environment: 'SIGSTORE_ID_TOKEN',
  gitlab: 'GitLab CI (SIGSTORE_ID_TOKEN)',
  github: 'GitHub Actions',
} as const

export const gitlabYaml = '`id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }` in the job of .gitlab-ci.yml'

const general: Advice = {
  audience: 'ask the issuer for an ID token with the audience sigstore',
  expiry: "get a new token right before signing: most live only for minutes; or correct this machine's clock",
  invalid: 'give an OpenID Connect ID token (not an access token), or the path of a file that holds one',
}

const gitlab: Advice = {
  audience: `write ${gitlabYaml}`,
  expiry: 'GitLab makes the token when the job starts: sign earlier in the job, or in a job of its own after the build',
  invalid: `write ${gitlabYaml}`,
}

const github: Advice = {
  ...general,
  audience: 'this comes from the identity service of the runner, not from your workflow: try again, then report it',
  invalid: 'this comes from the identity service of the runner, not from your workflow: try again, then report it',
}

export function advice(source: string): Advice {
  if (source === sources.gitlab) return gitlab
  return source === sources.github ? github : general
}
