import type { KeyObject } from 'node:crypto'
import type { Bundle } from '../../src/bundle/index.ts'
import { defaultPolicy, judge, keylessPolicy, type Policy, type Verdict } from '../../src/policy/index.ts'
import type { TrustedRoot } from '../../src/trust/index.ts'
import { type Artifact, contentArtifact, type Evidence, type Trust, verifyBundle } from '../../src/verify/index.ts'
import { content, identity, issuer, trustedRoot } from '../forge/world.ts'

export interface Evaluation {
  readonly evidence: Evidence
  readonly verdict: Verdict
  /** The codes of all reasons, in order. */
  readonly codes: string[]
}

export interface Circumstances {
  readonly root?: TrustedRoot | undefined
  readonly key?: KeyObject
  readonly artifact?: Artifact | null
  readonly policy?: Policy
  readonly now?: Date
  readonly keyValidFor?: Trust['keyValidFor']
  readonly witnesses?: Trust['witnesses']
}

export const root: TrustedRoot = trustedRoot()
export const artifactOf = (bytes: Uint8Array): Artifact => contentArtifact(() => [bytes])
export const expectedSigner: Policy = keylessPolicy({ issuer: { exact: issuer }, subject: { exact: identity } })

/** Verifies and judges, by default as somebody would who expects exactly what the forge makes when nothing is wrong. */
export function evaluate(bundle: Bundle, circumstances: Circumstances = {}): Evaluation {
  const { key, artifact = artifactOf(content), now = new Date('2026-11-01T00:00:00Z') } = circumstances
  const { keyValidFor, witnesses } = circumstances
  const trust = { root: 'root' in circumstances ? circumstances.root : root, key, keyValidFor, witnesses }
  const evidence = verifyBundle(bundle, artifact ?? undefined, trust, { now })
  const verdict = judge(evidence, circumstances.policy ?? (key === undefined ? expectedSigner : defaultPolicy('key')))
  return { evidence, verdict, codes: verdict.reasons.map(({ code }) => code) }
}
