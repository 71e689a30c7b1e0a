import { gitlabYaml } from './advice.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Variables that carry an identity into a process; a task runner that filters the environment must let them through. */
const identityVariables: readonly string[] = [
  'SIGSTORE_ID_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
]

/** Why no identity was found in this environment and what to do about it, in one line. */
export function explainNoIdentity(env: Environment): string {
  // Turborepo gives each task only the variables that turbo.json names, so what is missing here may well be set outside.
  if (env['TURBO_HASH']) {
    const names = identityVariables.map((name) => JSON.stringify(name)).join(', ')
    return `no identity reaches this task: Turborepo hides variables, so add "passThroughEnv": [${names}] to it in turbo.json`
  }
  if (env['GITHUB_ACTIONS'] === 'true') return explainGithub(env)
  if (env['GITLAB_CI']) return `no identity in this GitLab job: write ${gitlabYaml}`
  if (env['CI'])
    return 'no identity in this CI job: put an OpenID Connect ID token with the audience sigstore into SIGSTORE_ID_TOKEN, or name a key in SEALWAX_KEY'
  return 'no identity on this machine: name a key in SEALWAX_KEY, or try keyless signing with `eval "$(npx @sealwax/cli sandbox --background)"`'
}

function explainGithub(env: Environment): string {
  const permission = 'add `permissions: { id-token: write, contents: read }` to the job'
  const event = env['GITHUB_EVENT_NAME'] ?? ''
  if (event.startsWith('pull_request'))
    return `no identity in this pull request: GitHub gives none to pull requests from forks; for branches of the repository itself ${permission}`
  return `no identity in this GitHub Actions job: ${permission}`
}
