// The flags of every verb that verifies, with cosign's names, defaults and meaning.
import { type Command } from 'commander'

export interface VerifyingOptions {
  readonly key?: string
  readonly certificateIdentity?: string
  readonly certificateIdentityRegexp?: string
  readonly certificateOidcIssuer?: string
  readonly certificateOidcIssuerRegexp?: string
  readonly certificateGithubWorkflowTrigger?: string
  readonly certificateGithubWorkflowSha?: string
  readonly certificateGithubWorkflowName?: string
  readonly certificateGithubWorkflowRepository?: string
  readonly certificateGithubWorkflowRef?: string
  readonly trustedRoot?: string
  readonly staging?: boolean
  readonly insecureIgnoreTlog?: boolean
  readonly insecureIgnoreSct?: boolean
  readonly useSignedTimestamps?: boolean
  readonly witness?: readonly string[]
}

/** Whom the signature must be from, and what evidence it must carry. */
export function addVerifyingFlags(command: Command): void {
  command
    .option('--key <reference>', 'the public key: a file, env://VARIABLE or a key store URI')
    .option('--certificate-identity <identity>', 'who must have signed, exactly: an e-mail address or a workflow URI')
    .option('--certificate-identity-regexp <pattern>', 'the same as a regular expression (RE2); anchor it with ^ and $')
    .option('--certificate-oidc-issuer <url>', 'who must vouch for that identity, exactly')
    .option('--certificate-oidc-issuer-regexp <pattern>', 'the same as a regular expression (RE2)')
    .option('--certificate-github-workflow-trigger <event>', 'the event that must have started the GitHub workflow')
    .option('--certificate-github-workflow-sha <commit>', 'the commit it must have run at')
    .option('--certificate-github-workflow-name <name>', "the workflow's name")
    .option('--certificate-github-workflow-repository <repo>', 'the repository, as owner/name')
    .option('--certificate-github-workflow-ref <ref>', 'the branch or tag, as refs/heads/main')
    .option('--trusted-root <file>', 'whom to trust (default: what initialize chose, else the public Sigstore)')
    .option('--staging', 'the staging instance of the public Sigstore, where no trusted root is named')
    .option('--insecure-ignore-tlog', 'accept a signature that is in no transparency log')
    .option('--insecure-ignore-sct', 'accept a certificate that is in no certificate transparency log')
    .option('--use-signed-timestamps', 'require a timestamp of a timestamp authority')
    .option(
      '--witness <key>',
      "a witness that must have cosigned the log's checkpoint, by its published key NAME+ID+KEY; can be given several times",
      (text: string, before: readonly string[] | undefined) => [...(before ?? []), ...text.split(',')],
    )
}
