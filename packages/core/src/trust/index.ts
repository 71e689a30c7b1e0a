// Whom we believe, and whom we ask: trusted root and signing config (sigstore_trustroot.proto), from files or, for the public
// Sigstore, from the data in public/. Here: shape, bounds, keys ready for use, and making such files. Not here: checks against
// them (verify/), what TUF repositories say of them (the door tuf/index.ts: nothing behind this one knows the network).

import type { SigningConfigSpec } from './create-signing-config.ts'
import type { TrustedRootSpec } from './create-trusted-root.ts'

export type { SelectionSpec, ServiceKind, ServiceSpec, SigningConfigSpec } from './create-signing-config.ts'
export type { AuthoritySpec, LogSpec, TrustedKind, TrustedRootSpec } from './create-trusted-root.ts'
export { type SelectedServices, selectServices, type ServiceUrl, type Transparency } from './select.ts'
export { loadSigningConfig, parseSigningConfig, type SigningConfig } from './signing-config.ts'
export { loadTrustedRoot, parseTrustedRoot, type TrustedRoot } from './trusted-root.ts'

/**
 * The text of a trusted root made from certificates, keys and addresses, as every Sigstore client reads it.
 * @throws SealwaxError `TRUST_INVALID` and what reading the certificates and keys throws
 */
export async function createTrustedRoot(spec: TrustedRootSpec): Promise<string> {
  return (await import('./create-trusted-root.ts')).createTrustedRoot(spec)
}

/**
 * The text of a signing config of version 0.2.
 * @throws SealwaxError `SIGNING_CONFIG_INVALID`, `INPUT_INVALID`, `INPUT_TOO_LARGE`
 */
export async function createSigningConfig(spec: SigningConfigSpec): Promise<string> {
  return (await import('./create-signing-config.ts')).createSigningConfig(spec)
}
