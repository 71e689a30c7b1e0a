// The files a client reads: trusted_root.json, signing_config.json, tuf_root.json, env.sh, env.ps1. Formats: sigstore/protobuf-specs, sigstore_trustroot.proto.
export * from './shell.ts'
export * from './write.ts'
export { signingConfig, trustedRoot, type RekorVersion, type SandboxUrls } from './documents.ts'
