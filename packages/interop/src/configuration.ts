// What the real services read from files.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What its CA believes: the OpenID Connect issuer of persons, and that of GitHub's workflows. */
export interface Issuers {
  readonly email: string
  readonly github: string
}

/** Of the CT log server, in protobuf's text format. */
export function ctConfiguration(directory: string, tree: string): string {
  const key = [...readFileSync(join(directory, 'ct.der'))].map((octet) => `\\x${octet.toString(16).padStart(2, '0')}`)
  return `config {
  log_id: ${tree}
  prefix: "peers"
  roots_pem_file: "${join(directory, 'fulcio-root.pem')}"
  ext_key_usages: "CodeSigning"
  max_merge_delay_sec: 86400
  expected_merge_delay_sec: 1
  private_key: { [type.googleapis.com/keyspb.PrivateKey] { der: "${key.join('')}" } }
}
`
}

/** Of Fulcio: the issuers it believes, and GitHub's claims as its public configuration maps them to extensions. */
export function fulcioConfiguration({ email, github }: Issuers): string {
  // The first line keeps Fulcio from reading it as JSON, where it expects other names.
  return `# YAML\n${JSON.stringify({
    'oidc-issuers': {
      [email]: {
        'issuer-url': email,
        'client-id': 'sigstore',
        type: 'email',
        'issuer-claim': '$.federated_claims.connector_id',
      },
      [github]: {
        'issuer-url': github,
        'client-id': 'sigstore',
        type: 'ci-provider',
        'ci-provider': 'github-workflow',
      },
    },
    'ci-issuer-metadata': {
      'github-workflow': {
        'default-template-values': { url: 'https://github.com', environment: '' },
        'extension-templates': {
          'github-workflow-trigger': 'event_name',
          'github-workflow-sha': 'sha',
          'github-workflow-name': 'workflow',
          'github-workflow-repository': 'repository',
          'github-workflow-ref': 'ref',
          'build-signer-uri': '{{ .url }}/{{ .job_workflow_ref }}',
          'build-signer-digest': 'job_workflow_sha',
          'runner-environment': 'runner_environment',
          'source-repository-uri': '{{ .url }}/{{ .repository }}',
          'source-repository-digest': 'sha',
          'source-repository-ref': 'ref',
          'source-repository-identifier': 'repository_id',
          'source-repository-owner-uri': '{{ .url }}/{{ .repository_owner }}',
          'source-repository-owner-identifier': 'repository_owner_id',
          'build-config-uri': '{{ .url }}/{{ .workflow_ref }}',
          'build-config-digest': 'workflow_sha',
          'build-trigger': 'event_name',
          'run-invocation-uri': '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
          'source-repository-visibility-at-signing': 'repository_visibility',
        },
        'subject-alternative-name-template': '{{ .url }}/{{ .job_workflow_ref }}',
      },
    },
  })}`
}
