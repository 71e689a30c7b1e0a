import { numberFor, shaFor, splitRef, type Claims } from './made-up.ts'

export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com'

/** A GitHub Actions job. */
export interface GithubIdentity {
  readonly kind: 'github'
  /** OWNER/REPO */
  readonly repository?: string
  /** file name below .github/workflows */
  readonly workflow?: string
  readonly workflowName?: string
  /** the reusable workflow that really runs, `OWNER/REPO/.github/workflows/F.yml@REF`; the workflow itself when left out */
  readonly jobWorkflowRef?: string
  /** refs/heads/NAME or refs/tags/NAME */
  readonly ref?: string
  /** 40 hex digits */
  readonly sha?: string
  readonly event?: string
  readonly actor?: string
  readonly runId?: string
  readonly runAttempt?: string
  readonly environment?: string
  readonly visibility?: 'public' | 'private' | 'internal'
  readonly runner?: 'github-hosted' | 'self-hosted'
}

interface GithubJob {
  readonly repository: string
  readonly owner: string
  readonly workflowRef: string
  readonly ref: string
  readonly refName: string
  readonly refType: 'branch' | 'tag'
  readonly sha: string
  readonly event: string
  readonly actor: string
  readonly runId: string
  readonly runAttempt: string
  readonly workflowName: string
  readonly runner: string
  readonly visibility: string
}

function githubJob(identity: GithubIdentity): GithubJob {
  const repository = identity.repository ?? 'sealwax-sandbox/app'
  const [ref, refType, refName] = splitRef(identity.ref ?? 'main')
  return {
    repository,
    owner: repository.split('/')[0] ?? repository,
    workflowRef: `${repository}/.github/workflows/${identity.workflow ?? 'release.yml'}@${ref}`,
    ref,
    refName,
    refType,
    sha: identity.sha ?? shaFor(`${repository} ${ref}`),
    event: identity.event ?? 'push',
    actor: identity.actor ?? 'octocat',
    runId: identity.runId ?? '9001',
    runAttempt: identity.runAttempt ?? '1',
    workflowName: identity.workflowName ?? 'Release',
    runner: identity.runner ?? 'github-hosted',
    visibility: identity.visibility ?? 'public',
  }
}

/** The claims of GitHub's "OpenID Connect reference" that Sigstore's CA reads, and the usual rest. */
export function githubClaims(identity: GithubIdentity): Claims {
  const job = githubJob(identity)
  const scope = identity.environment === undefined ? `ref:${job.ref}` : `environment:${identity.environment}`
  return {
    sub: `repo:${job.repository}:${scope}`,
    repository: job.repository,
    repository_id: numberFor(job.repository),
    repository_owner: job.owner,
    repository_owner_id: numberFor(job.owner),
    repository_visibility: job.visibility,
    ref: job.ref,
    ref_type: job.refType,
    sha: job.sha,
    workflow: job.workflowName,
    workflow_ref: job.workflowRef,
    workflow_sha: job.sha,
    job_workflow_ref: identity.jobWorkflowRef ?? job.workflowRef,
    job_workflow_sha: job.sha,
    event_name: job.event,
    run_id: job.runId,
    run_number: '7',
    run_attempt: job.runAttempt,
    runner_environment: job.runner,
    actor: job.actor,
    ...(identity.environment === undefined ? {} : { environment: identity.environment }),
  }
}

/** The variables every job has. */
export function githubEnvironment(identity: GithubIdentity): Record<string, string> {
  const job = githubJob(identity)
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: job.actor,
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: job.event,
    GITHUB_JOB: 'release',
    GITHUB_REF: job.ref,
    GITHUB_REF_NAME: job.refName,
    GITHUB_REF_TYPE: job.refType,
    GITHUB_REPOSITORY: job.repository,
    GITHUB_REPOSITORY_ID: numberFor(job.repository),
    GITHUB_REPOSITORY_OWNER: job.owner,
    GITHUB_REPOSITORY_OWNER_ID: numberFor(job.owner),
    GITHUB_RUN_ATTEMPT: job.runAttempt,
    GITHUB_RUN_ID: job.runId,
    GITHUB_RUN_NUMBER: '7',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: job.sha,
    GITHUB_WORKFLOW: job.workflowName,
    GITHUB_WORKFLOW_REF: job.workflowRef,
    GITHUB_WORKFLOW_SHA: job.sha,
    RUNNER_ENVIRONMENT: job.runner,
  }
}
