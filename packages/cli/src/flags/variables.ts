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
  { name: 'HTTPS_PROXY', about: 'the proxy for https addresses', secret: true },
  { name: 'HTTP_PROXY', about: 'the proxy for http addresses, http://user:password@host:port', secret: true },
  { name: 'NODE_EXTRA_CA_CERTS', about: "a file of certificate authorities that are believed beside the platform's" },
  { name: 'NO_COLOR', about: 'no colours' },
  { name: 'NO_PROXY', about: 'hosts that are reached without the proxy: names, addresses, ranges, *' },
  {
    name: 'SEALWAX_CACHE',
    about: 'the folder for what "sealwax initialize" keeps (default: the system\'s for caches)',
  },
  { name: 'SEALWAX_CA_FILE', about: 'certificate authorities that are believed when services are reached by TLS' },
  { name: 'SEALWAX_IDENTITY_TOKEN', about: 'the identity token, or a file that holds it', secret: true },
  { name: 'SEALWAX_KEY', about: 'the key to sign or verify with' },
  { name: 'SEALWAX_MODE', about: 'builds: auto, keyless, key, statement or off' },
  { name: 'SEALWAX_REQUIRED', about: 'builds: auto, true or false; whether a build without a signature fails' },
  { name: 'SEALWAX_SIGNING_CONFIG', about: 'the file that names the signing services' },
  { name: 'SEALWAX_STAGING', about: 'true: the staging instance of the public Sigstore' },
  { name: 'SEALWAX_TRANSPARENCY', about: 'who witnesses signatures: log, timestamp or none' },
  { name: 'SEALWAX_TRUSTED_ROOT', about: 'the file that says whom to trust' },
  { name: 'SEALWAX_YES', about: 'true answers every question with y' },
  {
    name: 'SIGSTORE_ID_TOKEN',
    about: 'the identity token (GitLab CI sets it when .gitlab-ci.yml asks for it)',
    secret: true,
  },
  { name: 'SSL_CERT_FILE', about: "certificate authorities that are believed instead of the platform's" },
  { name: 'TUF_MIRROR', about: "cosign's name for SEALWAX_MIRROR, for initialize" },
  { name: 'TUF_ROOT_JSON', about: "cosign's name for SEALWAX_ROOT, for initialize" },
  { name: 'XDG_CACHE_HOME', about: 'the trust of "sealwax initialize" is kept below it (LOCALAPPDATA on Windows)' },
  { name: 'XDG_STATE_HOME', about: 'the sandbox keeps its files below it (LOCALAPPDATA on Windows)' },
]

/** All of them, sorted by name. */
export const knownVariables: readonly Variable[] = variables
