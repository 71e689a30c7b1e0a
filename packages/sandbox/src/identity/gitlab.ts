import { numberFor, shaFor, splitRef, type Claims } from './made-up.ts'

export const GITLAB_ISSUER = 'https://gitlab.com'

/** A GitLab CI job. */
export interface GitlabIdentity {
  readonly kind: 'gitlab'
  /** GROUP/PROJECT */
  readonly project?: string
  /** refs/heads/NAME or refs/tags/NAME; a bare name is a branch */
  readonly ref?: string
  /** 40 hex digits */
  readonly sha?: string
  readonly source?: string
  readonly user?: string
  readonly pipelineId?: string
  readonly jobId?: string
  readonly environment?: string
  readonly visibility?: 'public' | 'private' | 'internal'
  readonly runner?: 'gitlab-hosted' | 'self-hosted'
}

interface GitlabJob {
  readonly project: string
  readonly namespace: string
  readonly ref: string
  readonly refName: string
  readonly refType: 'branch' | 'tag'
  readonly sha: string
  readonly source: string
  readonly user: string
  readonly pipelineId: string
  readonly jobId: string
  readonly runner: string
  readonly visibility: string
}

function gitlabJob(identity: GitlabIdentity): GitlabJob {
  const project = identity.project ?? 'sealwax-sandbox/app'
  const [ref, refType, refName] = splitRef(identity.ref ?? 'main')
  return {
    project,
    namespace: project.split('/').slice(0, -1).join('/'),
    ref,
    refName,
    refType,
    sha: identity.sha ?? shaFor(`${project} ${ref}`),
    source: identity.source ?? 'push',
    user: identity.user ?? 'tanuki',
    pipelineId: identity.pipelineId ?? '1001',
    jobId: identity.jobId ?? '2002',
    runner: identity.runner ?? 'gitlab-hosted',
    visibility: identity.visibility ?? 'public',
  }
}

/** The payload of a GitLab ID token ("OpenID Connect (OIDC) Authentication Using ID Tokens"). */
export function gitlabClaims(identity: GitlabIdentity): Claims {
  const job = gitlabJob(identity)
  return {
    sub: `project_path:${job.project}:ref_type:${job.refType}:ref:${job.refName}`,
    project_path: job.project,
    project_id: numberFor(job.project),
    project_visibility: job.visibility,
    namespace_path: job.namespace,
    namespace_id: numberFor(job.namespace),
    ref: job.refName,
    ref_type: job.refType,
    ref_path: job.ref,
    ref_protected: 'true',
    sha: job.sha,
    // The double slash is GitLab's: the project's path ends, the path inside the project begins.
    ci_config_ref_uri: `gitlab.com/${job.project}//.gitlab-ci.yml@${job.ref}`,
    ci_config_sha: job.sha,
    pipeline_id: job.pipelineId,
    pipeline_source: job.source,
    job_id: job.jobId,
    runner_id: 1,
    runner_environment: job.runner,
    user_login: job.user,
    ...(identity.environment === undefined ? {} : { environment: identity.environment }),
  }
}

/** The variables every job has. */
export function gitlabEnvironment(identity: GitlabIdentity): Record<string, string> {
  const job = gitlabJob(identity)
  const url = `https://gitlab.com/${job.project}`
  return {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_COMMIT_REF_NAME: job.refName,
    [job.refType === 'tag' ? 'CI_COMMIT_TAG' : 'CI_COMMIT_BRANCH']: job.refName,
    CI_COMMIT_SHA: job.sha,
    CI_CONFIG_PATH: '.gitlab-ci.yml',
    CI_JOB_ID: job.jobId,
    CI_JOB_NAME: 'release',
    CI_JOB_URL: `${url}/-/jobs/${job.jobId}`,
    CI_PIPELINE_ID: job.pipelineId,
    CI_PIPELINE_SOURCE: job.source,
    CI_PIPELINE_URL: `${url}/-/pipelines/${job.pipelineId}`,
    CI_PROJECT_ID: numberFor(job.project),
    CI_PROJECT_NAMESPACE: job.namespace,
    CI_PROJECT_NAMESPACE_ID: numberFor(job.namespace),
    CI_PROJECT_PATH: job.project,
    CI_PROJECT_URL: url,
    CI_PROJECT_VISIBILITY: job.visibility,
    CI_RUNNER_ID: '1',
    CI_SERVER_HOST: 'gitlab.com',
    CI_SERVER_NAME: 'GitLab',
    CI_SERVER_URL: 'https://gitlab.com',
    GITLAB_USER_LOGIN: job.user,
  }
}
