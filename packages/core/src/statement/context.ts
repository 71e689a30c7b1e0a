import { githubContext } from './github.ts'
import { gitlabContext } from './gitlab.ts'
import type { BuildContext, Environment, GitFacts } from './facts.ts'

/** Where a build ran when no CI system says so. It names no machine and no person. */
const LOCAL_BUILDER = 'https://github.com/sealwax/sealwax/blob/main/.github/build-types/bundle-v1.md#local'

/**
 * What the environment tells about a build: from GitHub Actions, from GitLab CI, else from the local git repository, else
 * nothing. Only what those systems publish anyway is taken; never a user name, a path or a host name of the machine.
 */
export function buildContext(env: Environment, git?: GitFacts): BuildContext {
  const context = githubContext(env) ?? gitlabContext(env) ?? localContext(git)
  if (git === undefined) return context
  // What is really checked out, beside what the CI system says: a workflow may have checked out something else.
  const checkout = { gitCommit: git.commit, modified: git.modified }
  return { ...context, internalParameters: { ...context.internalParameters, checkout } }
}

function localContext(git: GitFacts | undefined): BuildContext {
  if (git === undefined) return { builder: LOCAL_BUILDER, externalParameters: {} }
  const uri = git.remote === undefined ? undefined : repositoryUri(git.remote)
  return {
    builder: LOCAL_BUILDER,
    externalParameters: {},
    ...(uri === undefined ? {} : { source: { uri, commit: git.commit } }),
  }
}

/**
 * A git remote as an SPDX download location (`git+https://host/path`), without user names, passwords and query, which
 * remotes often hold a token in. `undefined` for one that is a path on this machine.
 */
function repositoryUri(remote: string): string | undefined {
  // The short form of ssh, `user@host:path`. One letter before the colon is a Windows drive.
  const [, host, path] = /^(?:[^@/\\:]+@)?([A-Za-z0-9.-]{2,}):(?!\/)([^\\]+)$/.exec(remote) ?? []
  if (host !== undefined) return `git+ssh://${host}/${path}`
  if (!URL.canParse(remote)) return undefined
  const url = new URL(remote)
  if (!['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol) || url.host === '') return undefined
  return `git+${url.protocol}//${url.host}${url.pathname}`
}
