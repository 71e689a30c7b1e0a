import { resolve } from 'node:path'
import { makeCtLog } from './ctlog.ts'
import type { Faults } from './faults.ts'
import { makeFolder, namePlaces, writeFiles, type SandboxFiles, type SandboxUrls } from './files/index.ts'
import { fulcioService } from './fulcio/index.ts'
import { listen, type RequestRecord } from './http/index.ts'
import {
  identityEnvironment,
  identityService,
  makeMint,
  type SandboxIdentity,
  type TokenOptions,
} from './identity/index.ts'
import { CODE_SIGNING, makeAuthority } from './pki/index.ts'
import { LOG_NAME, makeLog, rekorService } from './rekor/index.ts'
import { timestampService } from './timestamp/index.ts'

export interface SandboxOptions {
  /** where the files are written; made if it is missing */
  readonly directory: string
  /** 0, the default, takes a free one */
  readonly port?: number
  /** the clock of every service */
  readonly now?: () => Date
  readonly faults?: Faults
}

export interface Sandbox {
  /** absolute */
  readonly directory: string
  readonly urls: SandboxUrls
  /** absolute paths */
  readonly files: SandboxFiles
  faults: Faults
  /** every request so far, the oldest first */
  readonly requests: readonly RequestRecord[]
  /** Mints an identity token (a JWT). */
  token(identity: SandboxIdentity, options?: TokenOptions): Promise<string>
  /**
   * Environment variables that make a process look like that CI job, or like a shell of that person, and lead Sigstore clients (sealwax,
   * cosign) to this sandbox. Without an identity: the person for whom `env.sh` speaks, dev@sandbox.example.
   */
  environment(identity?: SandboxIdentity): Promise<Record<string, string>>
  /** Stops listening; the files stay. */
  close(): Promise<void>
}

/** The one person of the sandbox: for whom `env.sh` and the command speak. */
const PERSON: SandboxIdentity = { kind: 'email', email: 'dev@sandbox.example' }
/** Trust begins a little before the start, for clients whose clock is behind. */
const HEAD_START = 3600 * 1000

/** Leads Sigstore clients to this sandbox, whoever they are. */
function pointersTo(files: SandboxFiles): Record<string, string> {
  return {
    SEALWAX_TRUSTED_ROOT: files.trustedRoot,
    SEALWAX_SIGNING_CONFIG: files.signingConfig,
    COSIGN_TRUSTED_ROOT: files.trustedRoot,
    COSIGN_SIGNING_CONFIG: files.signingConfig,
    COSIGN_YES: 'true',
  }
}

/** The names of the variables that `environment()` and `env.sh` set in a person's shell: what to unset when the sandbox is gone. */
export const shellVariables: readonly string[] = ['SIGSTORE_ID_TOKEN', ...Object.keys(pointersTo(namePlaces('')))]

/**
 * Starts a private Sigstore on 127.0.0.1 and writes the files clients need. Its keys are new at each start and live in memory only.
 * Rejects with the error of the system when the port is taken or the directory cannot be written.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? ((): Date => new Date())
  const start = new Date(now().getTime() - HEAD_START)
  const directory = resolve(options.directory)
  const files = namePlaces(directory)
  let faults = options.faults ?? {}
  await makeFolder(directory)
  const host = await listen(options.port ?? 0, () => faults)

  try {
    const urls: SandboxUrls = {
      fulcio: `${host.origin}/fulcio`,
      rekor: `${host.origin}/rekor/${LOG_NAME}`,
      timestamp: `${host.origin}/timestamp/api/v1/timestamp`,
      issuer: `${host.origin}/identity`,
    }
    const minting = makeMint(urls.issuer, now)
    const authority = makeAuthority('CA', CODE_SIGNING, start)
    const ctlog = makeCtLog()
    const log = makeLog(now)
    const timestamp = timestampService(start, now)
    const mint = await minting
    const identity = identityService(mint)
    for (const service of [identity, fulcioService(authority, ctlog, mint, now), rekorService(log), timestamp])
      host.mount(service)

    const environment = async (who: SandboxIdentity = PERSON): Promise<Record<string, string>> => ({
      ...(await identityEnvironment(who, mint, identity)),
      ...pointersTo(files),
    })
    const deployment = {
      urls,
      start,
      authority,
      timestampChain: timestamp.chain,
      ctlog: ctlog.key,
      rekor: log.key,
    }
    await writeFiles(files, deployment, await environment())

    return {
      directory,
      urls,
      files,
      requests: host.requests,
      get faults() {
        return faults
      },
      set faults(changed) {
        faults = changed
      },
      token: (who, tokenOptions) => mint.token(who, tokenOptions),
      environment,
      close: () => host.close(),
    }
  } catch (error) {
    await host.close()
    throw error
  }
}
