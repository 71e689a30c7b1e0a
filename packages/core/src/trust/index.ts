// Whom we believe, and whom we ask: trusted root and signing config (sigstore_trustroot.proto), from files or, for the public
// Sigstore, from the data in public/. Here: shape, bounds, keys ready for use. Not here: checks against them (verify/).

export { type SelectedServices, selectServices, type ServiceUrl } from './select.ts'
export { loadSigningConfig, parseSigningConfig, type SigningConfig } from './signing-config.ts'
export { loadTrustedRoot, parseTrustedRoot, type TrustedRoot } from './trusted-root.ts'
