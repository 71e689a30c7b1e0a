import { resolve } from 'node:path'
import type { Faults } from './faults/index.ts'
import {
  makeFolder,
  namePlaces,
  writeFiles,
  type RekorVersion,
  type SandboxFiles,
  type SandboxUrls,
} from './files/index.ts'
import { listen, type RequestRecord } from './http/index.ts'
import { identityEnvironment, type SandboxIdentity, type TokenOptions } from './identity/index.ts'
import { mountServices } from './services.ts'
import type { TrustRepository } from './tuf/index.ts'

export interface SandboxOptions {
  /** where the files are written; made if it is missing */
  readonly directory: string
  /** 0, the default, takes a free one */
  readonly port?: number
  /** the clock of every service */
  readonly now?: () => Date
  readonly faults?: Faults
  /** to which transparency log `environment()`, `env.sh` and the TUF repository lead: version 1, the default, or 2. Both run. */
  readonly rekor?: RekorVersion
  /** called with each request when it has been answered, or never will be */
  readonly onRequest?: (record: RequestRecord) => void
}

export interface Sandbox {
  /** absolute */
  readonly directory: string
  readonly urls: SandboxUrls
  /** absolute paths */
  readonly files: SandboxFiles
  faults: Faults
  /** what its TUF repository tells clients, and how to change that */
  readonly tuf: TrustRepository
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

/** Leads Sigstore clients to this sandbox, whoever they are. */
function pointersTo(files: SandboxFiles, rekor: RekorVersion): Record<string, string> {
  const config = rekor === 2 ? files.signingConfigRekor2 : files.signingConfig
  return {
    SEALWAX_TRUSTED_ROOT: files.trustedRoot,
    SEALWAX_SIGNING_CONFIG: config,
    COSIGN_TRUSTED_ROOT: files.trustedRoot,
    COSIGN_SIGNING_CONFIG: config,
    COSIGN_YES: 'true',
  }
}

/** The names of the variables that `environment()` and `env.sh` set in a person's shell: what to unset when the sandbox is gone. */
export const shellVariables: readonly string[] = ['SIGSTORE_ID_TOKEN', ...Object.keys(pointersTo(namePlaces(''), 1))]

/**
 * Starts a private Sigstore on 127.0.0.1 and writes the files clients need. Its keys are new at each start and live in memory only.
 * Rejects with the error of the system when the port is taken or the directory cannot be written.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const now = options.now ?? ((): Date => new Date())
  const directory = resolve(options.directory)
  const files = namePlaces(directory)
  const rekor = options.rekor ?? 1
  let faults = options.faults ?? {}
  await makeFolder(directory)
  const { port = 0, onRequest } = options
  const host = await listen({ port, faults: () => faults, now, onRequest })

  try {
    const { urls, documents, mint, identity, tuf } = await mountServices(host, now, rekor)
    const environment = async (who: SandboxIdentity = PERSON): Promise<Record<string, string>> => ({
      ...(await identityEnvironment(who, mint, identity)),
      ...pointersTo(files, rekor),
    })
    await writeFiles(files, documents, await environment())

    return {
      directory,
      urls,
      files,
      requests: host.requests,
      tuf,
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
