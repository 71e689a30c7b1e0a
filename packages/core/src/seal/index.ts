// From content and a signer to a sealed letter: certificate (once for all), signature, witnesses in parallel, each answer checked
// when it comes, the whole bundle checked before it is handed out. Not here: what is signed and said (subject/, statement/), where
// keys and identities come from (keys/, identity/), the full verification (verify/, handed in as `check`).

export type { Patience, Sealer, SealerOptions, SealStep, SignedContent } from './options.ts'
export { openSealer } from './sealer.ts'
