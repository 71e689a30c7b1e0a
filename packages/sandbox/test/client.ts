import { createHash, generateKeyPairSync, randomUUID, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { startSandbox, type Sandbox, type SandboxIdentity, type SandboxOptions } from '../src/index.ts'

// Nothing here is about speed, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 })

/** A sandbox in a folder of its own, both gone after the test. */
export async function openSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const directory = mkdtempSync(join(tmpdir(), 'sealwax-sandbox-'))
  // Before the start, which some tests want to fail.
  let sandbox: Sandbox | undefined
  onTestFinished(async () => {
    await sandbox?.close()
    rmSync(directory, { recursive: true, force: true })
  })
  sandbox = await startSandbox({ directory, ...options })
  return sandbox
}

export const DEV: SandboxIdentity = { kind: 'email', email: 'dev@example.com' }

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Buffer
}

/** The body of an answer, taken for what the caller says it is. */
export function read<T>(reply: Reply): T {
  return JSON.parse(reply.bytes.toString()) as T
}

export function messageOf(reply: Reply): string {
  return read<{ message: string }>(reply).message
}

export async function call(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init)
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return call(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } })
}

export interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

export function makePair(curve = 'P-256'): Pair {
  return generateKeyPairSync('ec', { namedCurve: curve })
}

export function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

export interface CertificateCall {
  readonly token?: string
  readonly challenge?: string
  readonly pair?: Pair
  readonly pem?: string
  readonly hash?: string | null
  readonly proof?: string
}

/** Asks for a certificate as any client does; what is left out is right. */
export async function askCertificate(
  sandbox: Sandbox,
  identity: SandboxIdentity,
  wish: CertificateCall = {},
): Promise<Reply> {
  const token = wish.token ?? (await sandbox.token(identity))
  const pair = wish.pair ?? makePair()
  const challenge = wish.challenge ?? (identity.kind === 'email' ? identity.email : String(claimsOf(token)['sub']))
  const proof = sign(wish.hash === undefined ? 'sha256' : wish.hash, Buffer.from(challenge), pair.privateKey)
  const publicKeyRequest = {
    publicKey: { algorithm: 'ECDSA', content: wish.pem ?? pemOf(pair.publicKey) },
    proofOfPossession: wish.proof ?? proof.toString('base64'),
  }
  return post(`${sandbox.urls.fulcio}/api/v2/signingCert`, { publicKeyRequest }, { authorization: `Bearer ${token}` })
}

/** Leaf, intermediate, root. */
export function chainOf(reply: Reply): [X509Certificate, X509Certificate, X509Certificate] {
  const { chain } = read<{ signedCertificateEmbeddedSct: { chain: { certificates: string[] } } }>(
    reply,
  ).signedCertificateEmbeddedSct
  return chain.certificates.map((pem) => new X509Certificate(pem)) as [
    X509Certificate,
    X509Certificate,
    X509Certificate,
  ]
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

export interface HashProposal {
  apiVersion: string
  kind: string
  spec: {
    data: { hash: { algorithm: string; value: string } }
    signature: { content: string; publicKey: { content: string } }
  }
}

export interface EnvelopeProposal {
  apiVersion: string
  kind: string
  spec: { proposedContent: { envelope: string; verifiers: string[] } }
}

/** An entry as the log shows it. */
export interface Shown {
  readonly body: string
  readonly integratedTime: number
  readonly logID: string
  readonly logIndex: number
  readonly verification: {
    readonly signedEntryTimestamp: string
    readonly inclusionProof: {
      readonly checkpoint: string
      readonly hashes: readonly string[]
      readonly rootHash: string
      readonly treeSize: number
    }
  }
}

/** The one entry of an answer, with its id. */
export function shownIn(reply: Reply): Shown & { readonly id: string; readonly text: string } {
  const [[id, entry] = []] = Object.entries(read<Record<string, Shown>>(reply))
  if (id === undefined || entry === undefined) throw new Error(`no entry in ${reply.bytes.toString()}`)
  return { ...entry, id, text: Buffer.from(entry.body, 'base64').toString() }
}

/** A proposal for a hashedrekord entry, good unless a part is replaced. */
export function proposeHash(
  pair: Pair = makePair(),
  hash = 'sha256',
  pem: string = pemOf(pair.publicKey),
): HashProposal {
  const message = Buffer.from(randomUUID())
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: hash, value: createHash(hash).update(message).digest('hex') } },
      signature: {
        content: sign(hash, message, pair.privateKey).toString('base64'),
        publicKey: { content: base64(pem) },
      },
    },
  }
}

/** A proposal for a dsse entry with one signature per pair. */
export function proposeEnvelope(
  pairs: readonly Pair[],
  verifiers: readonly Pair[] = pairs,
  payload = '{"ä":1}',
): EnvelopeProposal {
  const type = 'application/vnd.in-toto+json'
  const header = `DSSEv1 ${type.length} ${type} ${Buffer.byteLength(payload)} `
  const signatures = pairs.map(({ privateKey }) => {
    const hash = privateKey.asymmetricKeyType?.startsWith('ed') === true ? null : 'sha256'
    return { keyid: '', sig: sign(hash, Buffer.from(header + payload), privateKey).toString('base64') }
  })
  const envelope = JSON.stringify({ payload: base64(payload), payloadType: type, signatures })
  const keys = verifiers.map(({ publicKey }) => base64(pemOf(publicKey)))
  return { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent: { envelope, verifiers: keys } } }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

export function propose(sandbox: Sandbox, entry: unknown): Promise<Reply> {
  return post(`${sandbox.urls.rekor}/api/v1/log/entries`, entry)
}
