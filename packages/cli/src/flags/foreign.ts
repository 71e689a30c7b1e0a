// Flags that cosign has and this command does not: whoever copies a command line is told what to write instead.

const signingConfig = 'name the services in a file: --signing-config signing_config.json'
const bundleOnly = 'everything is in the bundle: --bundle FILE'
const identityToken = 'give the token itself, or a file that holds it: --identity-token'
const hardware = 'hardware tokens come later; sign with --key or with your identity'
const trustedRoot = 'name whom to trust in a file: --trusted-root trusted_root.json'

/** What to do instead of a cosign flag, by its name without dashes. */
export const foreignFlags: Readonly<Record<string, string>> = {
  'fulcio-url': signingConfig,
  'rekor-url': signingConfig,
  'oidc-issuer': signingConfig,
  'oidc-client-id': identityToken,
  'oidc-client-secret-file': identityToken,
  'oidc-redirect-url': identityToken,
  'oidc-provider': 'leave it out: the provider is found by itself; or give a token with --identity-token',
  'oidc-disable-ambient-providers': 'give the token to use instead: --identity-token; or sign with --key',
  'fulcio-auth-flow': identityToken,
  'insecure-skip-verify': 'leave it out: what the services answer is always verified',
  'issue-certificate': 'leave out --key: a certificate is issued when you sign with your identity',
  'rekor-entry-type': 'leave it out: the kind of log entry follows from what is signed',
  'timestamp-server-url': signingConfig,
  'tlog-upload':
    'leave it out to write to the log; else write --transparency timestamp, or with --key --transparency none',
  'use-signing-config': 'leave it out: the signing config is always used; --signing-config FILE names another',
  'new-bundle-format': 'leave it out: bundles are always in the new format',
  'output-signature': bundleOnly,
  'output-certificate': bundleOnly,
  'output-attestation': bundleOnly,
  b64: bundleOnly,
  'rfc3161-timestamp': bundleOnly,
  'rfc3161-timestamp-bundle': bundleOnly,
  signature: bundleOnly,
  sct: bundleOnly,
  certificate: bundleOnly,
  'certificate-chain': trustedRoot,
  'allow-certificate-chain': trustedRoot,
  'ca-roots': trustedRoot,
  'ca-intermediates': trustedRoot,
  'timestamp-certificate-chain': trustedRoot,
  offline: 'leave it out: verification never uses the network',
  'output-file': 'redirect the output: sealwax … > FILE (and 2> FILE for messages)',
  'max-workers': 'leave it out: several files are worked on at once by themselves',
  sk: hardware,
  slot: hardware,
  kms: 'making keys in a key store comes later; make the key there, then name it with --key',
  'private-infrastructure': 'write --insecure-ignore-tlog',
  'signature-digest-algorithm': 'leave it out: the key tells the digest algorithm',
  'cert-identity': 'write --certificate-identity',
  'cert-email': 'write --certificate-identity',
  'cert-oidc-issuer': 'write --certificate-oidc-issuer',
}
