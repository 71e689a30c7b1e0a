import { type BuildContext, commitOf, type Environment, pick } from './facts.ts'

/**
 * A build in GitHub Actions, from its default environment variables. The parameters have the names and places that GitHub's
 * own build type gives them (https://actions.github.io/buildtypes/workflow/v1).
 */
export function githubContext(env: Environment): BuildContext | undefined {
  if (env['GITHUB_ACTIONS'] !== 'true') return undefined
  const { server, repository, ref, sha, run, attempt, workflow, runner } = pick(env, {
    server: 'GITHUB_SERVER_URL',
    repository: 'GITHUB_REPOSITORY',
    ref: 'GITHUB_REF',
    sha: 'GITHUB_SHA',
    run: 'GITHUB_RUN_ID',
    attempt: 'GITHUB_RUN_ATTEMPT',
    workflow: 'GITHUB_WORKFLOW_REF',
    runner: 'RUNNER_ENVIRONMENT',
  })
  const home = repository === undefined ? undefined : `${server ?? 'https://github.com'}/${repository}`
  const commit = commitOf(sha)
  return {
    builder: `https://github.com/actions/runner/${runner ?? 'unknown'}`,
    ...(home === undefined || run === undefined
      ? {}
      : { invocation: `${home}/actions/runs/${run}/attempts/${attempt ?? '1'}` }),
    ...(home === undefined || commit === undefined
      ? {}
      : { source: { uri: `git+${home}${ref === undefined ? '' : `@${ref}`}`, commit } }),
    externalParameters: {
      workflow: { ref, repository: home, path: workflowPath(workflow, repository) },
    },
    internalParameters: {
      github: pick(env, {
        event_name: 'GITHUB_EVENT_NAME',
        repository_id: 'GITHUB_REPOSITORY_ID',
        repository_owner_id: 'GITHUB_REPOSITORY_OWNER_ID',
        runner_environment: 'RUNNER_ENVIRONMENT',
      }),
    },
  }
}

// GITHUB_WORKFLOW_REF is OWNER/REPO/.github/workflows/FILE@REF; the workflow may live in another repository.
function workflowPath(workflow: string | undefined, repository: string | undefined): string | undefined {
  const file = workflow?.split('@')[0]
  return repository !== undefined && file?.startsWith(`${repository}/`) ? file.slice(repository.length + 1) : file
}
