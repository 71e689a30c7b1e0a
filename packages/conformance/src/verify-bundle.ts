import { existsSync } from 'node:fs'
import {
  type Artifact,
  contentArtifact,
  defaultPolicy,
  digestArtifact,
  fileChunks,
  judge,
  keylessPolicy,
  limits,
  loadPublicKey,
  openTrust,
  parseBundle,
  type Policy,
  type Trust,
  type Verdict,
  verifyBundle,
} from '@sealwax/core'
import type { VerifyCommand } from './arguments.ts'
import type { Environment } from './client.ts'
import { readSmall } from './file.ts'

/** Verifies one bundle with the thresholds that everybody gets who names none. @throws SealwaxError for what cannot be read */
export async function verifyBundleFile(command: VerifyCommand, env: Environment): Promise<Verdict> {
  const { policy, trust } = await demandOf(command, env)
  const bundle = parseBundle(readSmall(command.bundle, limits.bundle))
  const artifact = await artifactOf(command.fileOrDigest)
  return judge(verifyBundle(bundle, artifact, trust, { now: new Date() }), policy)
}

interface Demand {
  readonly policy: Policy
  readonly trust: Trust
}

async function demandOf({ signer, trustedRoot, staging }: VerifyCommand, env: Environment): Promise<Demand> {
  const root = await openTrust({ trustedRoot, staging, env }).trustedRoot()
  if ('key' in signer)
    return { policy: defaultPolicy('key'), trust: { root, key: await loadPublicKey(signer.key, { env }) } }
  const policy = keylessPolicy({ subject: { exact: signer.identity }, issuer: { exact: signer.issuer } })
  return { policy, trust: { root } }
}

/** A digest only in the one form that the protocol names, and only when there is no file of that name. */
async function artifactOf(fileOrDigest: string): Promise<Artifact> {
  const [, hex] = /^sha256:([0-9a-f]{64})$/i.exec(fileOrDigest) ?? []
  if (hex !== undefined && !existsSync(fileOrDigest)) return digestArtifact('sha256', Buffer.from(hex, 'hex'))
  return contentArtifact(() => fileChunks(fileOrDigest))
}
