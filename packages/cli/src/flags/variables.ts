// The environment variables that sealwax reads, beside SEALWAX_<FLAG> and COSIGN_<FLAG> for each flag.

export interface Variable {
  readonly name: string
  readonly about: string
  readonly secret?: true
}

const variables: readonly Variable[] = [
  {
    name: 'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    about: 'GitHub Actions: allows asking for an identity token',
    secret: true,
  },
  { name: 'ACTIONS_ID_TOKEN_REQUEST_URL', about: 'GitHub Actions: where identity tokens are asked for', secret: true },
  { name: 'CI', about: 'set in continuous integration: nothing is asked, no spinner' },
  { name: 'COSIGN_IDENTITY_TOKEN', about: "cosign's name for SEALWAX_IDENTITY_TOKEN", secret: true },
  { name: 'COSIGN_KEY', about: "cosign's name for SEALWAX_KEY" },
  { name: 'COSIGN_PASSWORD', about: 'the password of the private key; may be empty', secret: true },
  { name: 'COSIGN_SIGNING_CONFIG', about: "cosign's name for SEALWAX_SIGNING_CONFIG" },
  { name: 'COSIGN_TRUSTED_ROOT', about: "cosign's name for SEALWAX_TRUSTED_ROOT" },
  { name: 'COSIGN_YES', about: "cosign's name for SEALWAX_YES" },
  { name: 'FORCE_COLOR', about: 'colours even where the output is no terminal' },
  { name: 'GITHUB_ACTIONS', about: 'set by GitHub Actions: the provenance names the workflow run' },
  { name: 'GITLAB_CI', about: 'set by GitLab CI: the provenance names the job' },
  { name: 'NO_COLOR', about: 'no colours' },
  { name: 'SEALWAX_IDENTITY_TOKEN', about: 'the identity token, or a file that holds it', secret: true },
  { name: 'SEALWAX_KEY', about: 'the key to sign or verify with' },
  { name: 'SEALWAX_MODE', about: 'builds: auto, keyless, key, statement or off' },
  { name: 'SEALWAX_REQUIRED', about: 'builds: auto, true or false; whether a build without a signature fails' },
  { name: 'SEALWAX_SIGNING_CONFIG', about: 'the file that names the signing services' },
  { name: 'SEALWAX_TRUSTED_ROOT', about: 'the file that says whom to trust' },
  { name: 'SEALWAX_YES', about: 'true answers every question with y' },
  {
    name: 'SIGSTORE_ID_TOKEN',
    about: 'the identity token (GitLab CI sets it when .gitlab-ci.yml asks for it)',
    secret: true,
  },
  { name: 'XDG_STATE_HOME', about: 'the sandbox keeps its files below it (LOCALAPPDATA on Windows)' },
]

/** All of them, sorted by name. */
export const knownVariables: readonly Variable[] = variables
