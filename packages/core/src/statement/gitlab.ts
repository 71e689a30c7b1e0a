import { type BuildContext, commitOf, type Environment, pick } from './facts.ts'

/** A build in GitLab CI, from its predefined variables. CI_REPOSITORY_URL is not among them here: it holds a token. */
export function gitlabContext(env: Environment): BuildContext | undefined {
  if (env['GITLAB_CI'] !== 'true') return undefined
  const { project, ref, sha, job, runner, config } = pick(env, {
    project: 'CI_PROJECT_URL',
    ref: 'CI_COMMIT_REF_NAME',
    sha: 'CI_COMMIT_SHA',
    job: 'CI_JOB_URL',
    runner: 'CI_RUNNER_ID',
    config: 'CI_CONFIG_PATH',
  })
  const commit = commitOf(sha)
  const kind = env['CI_COMMIT_TAG'] === undefined ? 'heads' : 'tags'
  const fullRef = ref === undefined ? undefined : `refs/${kind}/${ref}`
  return {
    builder:
      project === undefined ? 'https://gitlab.com/gitlab-org/gitlab-runner' : `${project}/-/runners/${runner ?? ''}`,
    invocation: job,
    ...(project === undefined || commit === undefined
      ? {}
      : { source: { uri: `git+${project}${fullRef === undefined ? '' : `@${fullRef}`}`, commit } }),
    externalParameters: {
      pipeline: { ref: fullRef, project, path: config ?? '.gitlab-ci.yml' },
    },
    internalParameters: {
      gitlab: pick(env, {
        pipeline_source: 'CI_PIPELINE_SOURCE',
        pipeline_id: 'CI_PIPELINE_ID',
        project_id: 'CI_PROJECT_ID',
        job_name: 'CI_JOB_NAME',
        ref_protected: 'CI_COMMIT_REF_PROTECTED',
      }),
    },
  }
}
