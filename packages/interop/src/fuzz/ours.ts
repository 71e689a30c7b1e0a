// Our own verifier as a program uses it, through the public doors; with what must hold of it for any bundle.
import { createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type Artifact,
  contentArtifact,
  defaultPolicy,
  digestArtifact,
  type Evidence,
  isSealwaxError,
  judge,
  keylessPolicy,
  parseBundle,
  parseTrustedRoot,
  type Policy,
  type Trust,
  type TrustedRoot,
  verifyBundle,
} from '@sealwax/core'
import type { Seed } from './seeds.ts'

/** What we say of one bundle. */
export interface Said {
  readonly ok: boolean
  /** Codes and messages of a refusal. */
  readonly why: string
  readonly evidence?: Evidence
  /** What must never happen: an error that is none of ours. */
  readonly crash?: unknown
  /** Milliseconds of CPU. */
  readonly cpu: number
}

/** A verifier of the bundles that come from one seed. */
export type Verifier = (bundle: Uint8Array) => Said

const roots = new Map<string, TrustedRoot>()

export async function openVerifier(seed: Seed): Promise<Verifier> {
  const root = roots.get(seed.trustedRoot) ?? parseTrustedRoot(readFileSync(seed.trustedRoot))
  roots.set(seed.trustedRoot, root)
  const artifact = await artifactOf(seed)
  const { policy, key } = demandOf(seed)
  return (bundle) => measure(() => ask(bundle, artifact, { root, ...(key && { key }) }, policy))
}

async function artifactOf({ artifact, digest }: Seed): Promise<Artifact> {
  if (artifact !== undefined) return contentArtifact(() => [artifact])
  const [hash, hex = ''] = digest.split(':')
  return digestArtifact(hash === 'sha512' ? hash : 'sha256', Buffer.from(hex, 'hex'))
}

function demandOf({ signer }: Seed): { policy: Policy; key?: KeyObject } {
  if ('key' in signer) return { policy: defaultPolicy('key'), key: createPublicKey(signer.key) }
  return { policy: keylessPolicy({ subject: { exact: signer.subject }, issuer: { exact: signer.issuer } }) }
}

function ask(bytes: Uint8Array, artifact: Artifact, trust: Trust, policy: Policy): Omit<Said, 'cpu'> {
  try {
    const evidence = verifyBundle(parseBundle(bytes), artifact, trust, { now: new Date() })
    const { ok, reasons } = judge(evidence, policy)
    return { ok, evidence, why: reasons.map(({ code, message }) => `${code}: ${message}`).join('; ') }
  } catch (error) {
    if (!isSealwaxError(error)) return { ok: false, why: 'crash', crash: error }
    const found = error.found === undefined ? '' : ` (${error.found})`
    return { ok: false, why: `${error.code}: ${error.message}${found}` }
  }
}

/** The CPU time of this thread alone; other threads compile and collect garbage for it. */
function measure(run: () => Omit<Said, 'cpu'>): Said {
  const before = process.threadCpuUsage()
  const said = run()
  const { user, system } = process.threadCpuUsage(before)
  return { ...said, cpu: (user + system) / 1000 }
}
