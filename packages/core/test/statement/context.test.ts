import { describe, expect, test } from 'vitest'
import { buildContext, type GitFacts, provenance } from '../../src/statement/signing.ts'

const sha = 'f60c166eb91df263a52439e6aa6aa638f4fe7045'
const other = 'a'.repeat(40)
const rule = { bundle: 'attestation.sigstore.json', dotfiles: false, exclude: [] }

const github = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'org/app',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: sha,
  GITHUB_RUN_ID: '17',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_WORKFLOW_REF: 'org/app/.github/workflows/release.yml@refs/heads/main',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REPOSITORY_ID: '1',
  GITHUB_REPOSITORY_OWNER_ID: '2',
  RUNNER_ENVIRONMENT: 'github-hosted',
  RUNNER_NAME: 'machine-of-alice',
}

const gitlab = {
  GITLAB_CI: 'true',
  CI_PROJECT_URL: 'https://gitlab.com/group/app',
  CI_REPOSITORY_URL: 'https://gitlab-ci-token:MARKED-SECRET@gitlab.com/group/app.git',
  CI_COMMIT_REF_NAME: 'main',
  CI_COMMIT_SHA: sha,
  CI_JOB_URL: 'https://gitlab.com/group/app/-/jobs/5',
  CI_RUNNER_ID: '9',
  CI_CONFIG_PATH: '.gitlab-ci.yml',
  CI_PIPELINE_SOURCE: 'push',
  CI_PROJECT_ID: '3',
}

const said = (env: Record<string, string>, git?: GitFacts): string =>
  JSON.stringify(provenance(buildContext(env, git), rule))

describe('the provenance of a build', () => {
  test('in GitHub Actions names workflow, commit, runner and run', () => {
    expect(provenance(buildContext(github), rule)).toEqual({
      buildDefinition: {
        buildType: expect.stringMatching(/bundle-v1\.md$/),
        externalParameters: {
          files: rule,
          workflow: {
            ref: 'refs/heads/main',
            repository: 'https://github.com/org/app',
            path: '.github/workflows/release.yml',
          },
        },
        internalParameters: {
          github: {
            event_name: 'push',
            repository_id: '1',
            repository_owner_id: '2',
            runner_environment: 'github-hosted',
          },
        },
        resolvedDependencies: [{ uri: 'git+https://github.com/org/app@refs/heads/main', digest: { gitCommit: sha } }],
      },
      runDetails: {
        builder: { id: 'https://github.com/actions/runner/github-hosted' },
        metadata: { invocationId: 'https://github.com/org/app/actions/runs/17/attempts/2' },
      },
    })
  })

  test('in GitLab CI names pipeline, commit, runner and job, and never the URL with the job token', () => {
    const { buildDefinition, runDetails } = provenance(buildContext(gitlab), rule)
    expect(buildDefinition.externalParameters['pipeline']).toEqual({
      ref: 'refs/heads/main',
      project: 'https://gitlab.com/group/app',
      path: '.gitlab-ci.yml',
    })
    expect(buildDefinition.resolvedDependencies).toEqual([
      { uri: 'git+https://gitlab.com/group/app@refs/heads/main', digest: { gitCommit: sha } },
    ])
    expect(runDetails).toEqual({
      builder: { id: 'https://gitlab.com/group/app/-/runners/9' },
      metadata: { invocationId: 'https://gitlab.com/group/app/-/jobs/5' },
    })
    expect(said(gitlab)).not.toContain('MARKED-SECRET')
  })

  test('of a tag in GitLab CI has the ref of a tag', () => {
    expect(said({ ...gitlab, CI_COMMIT_TAG: 'v1', CI_COMMIT_REF_NAME: 'v1' })).toContain('@refs/tags/v1')
  })

  test('tells what is really checked out beside what the CI system says', () => {
    const { buildDefinition } = provenance(buildContext(github, { commit: other, modified: true }), rule)
    expect(buildDefinition.resolvedDependencies?.[0]?.digest.gitCommit).toBe(sha)
    expect(buildDefinition.internalParameters?.['checkout']).toEqual({ gitCommit: other, modified: true })
  })

  test('on a laptop names the commit and nothing of the laptop', () => {
    const env = { USER: 'alice', HOME: '/home/alice', HOSTNAME: 'alices-laptop', PWD: '/home/alice/app' }
    const text = said(env, { commit: sha, remote: 'https://github.com/org/app.git', modified: false })
    expect(text).toContain(`"uri":"git+https://github.com/org/app.git","digest":{"gitCommit":"${sha}"}`)
    expect(text).not.toMatch(/alice|home/)
  })

  test('outside of everything names only the rule', () => {
    expect(provenance(buildContext({}), rule)).toEqual({
      buildDefinition: { buildType: expect.any(String), externalParameters: { files: rule } },
      runDetails: { builder: { id: expect.stringMatching(/bundle-v1\.md#local$/) } },
    })
  })

  test('is the same for the same run', () => {
    expect(said(github)).toBe(said({ ...github }))
  })

  test('leaves out variables that are empty, long, or more than one line, and commits that are none', () => {
    const odd = {
      ...github,
      GITHUB_SHA: 'main',
      GITHUB_REF: 'x\ny',
      GITHUB_RUN_ID: '',
      GITHUB_EVENT_NAME: 'x'.repeat(2000),
    }
    const { buildDefinition, runDetails } = provenance(buildContext(odd), rule)
    expect(buildDefinition.resolvedDependencies).toBeUndefined()
    expect(runDetails.metadata).toBeUndefined()
    expect(said(odd)).not.toMatch(/x\\ny|xxxx/)
  })
})

describe('a git remote', () => {
  const uriOf = (remote: string): unknown =>
    provenance(buildContext({}, { commit: sha, remote, modified: false }), rule).buildDefinition
      .resolvedDependencies?.[0]?.uri

  test.each([
    ['https://github.com/org/app.git', 'git+https://github.com/org/app.git'],
    ['https://alice:MARKED-SECRET@github.com/org/app', 'git+https://github.com/org/app'],
    ['https://MARKED-SECRET@github.com/org/app?token=MARKED-SECRET#x', 'git+https://github.com/org/app'],
    ['git@github.com:org/app.git', 'git+ssh://github.com/org/app.git'],
    ['alice@git.example.com:app', 'git+ssh://git.example.com/app'],
    ['git.example.com:app', 'git+ssh://git.example.com/app'],
    ['ssh://alice@git.example.com:2222/app', 'git+ssh://git.example.com:2222/app'],
    ['git://example.com/app', 'git+git://example.com/app'],
  ])('%s is named without credentials', (remote, uri) => expect(uriOf(remote)).toBe(uri))

  test.each([
    '/home/alice/app.git',
    '../app.git',
    'file:///home/alice/app.git',
    'C:\\Users\\alice\\app',
    'C:/Users/alice/app',
    'c:app',
    '\\\\server\\share\\app',
    'alice@host:/home/alice/app',
    '',
  ])('%j, a path on this machine or another, is not named', (remote) => expect(uriOf(remote)).toBeUndefined())
})
