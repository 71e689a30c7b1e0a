// Two tools at one private Sigstore: one signs, the other says whether it holds. Both get the very same command lines.
import { createHash } from 'node:crypto'
import { type Sandbox, startSandbox } from '@sealwax/sandbox'
import { afterAll, expect } from 'vitest'
import { type Environment, openWorkbench, type Run, type Tool, type Workbench } from './command.ts'
import { noPassword, noServices } from './keys.ts'
import type { Party } from './parties.ts'

/** The verbs of a kind of signature, and the flags that its verifying verb always needs. */
export interface Verbs {
  readonly sign: readonly string[]
  readonly verify: readonly string[]
}
const blob: Verbs = { sign: ['sign-blob'], verify: ['verify-blob'] }

/** With which code a verifier ends that found something wrong: cosign knows but one. */
const refusal: Readonly<Record<Tool, number>> = { sealwax: 12, cosign: 1 }

export interface NewFile {
  readonly file: string
  readonly bundle: string
  /** Its SHA-256. */
  readonly hex: string
}

export interface Exchange {
  /** Where the services are and whom to trust, without an identity. */
  readonly services: Environment
  /** A file of its own, so that the log never holds an equal entry. */
  readonly newFile: () => NewFile
  readonly sign: (tool: Tool, args: readonly string[], env?: Environment) => Promise<void>
  readonly accepts: (tool: Tool, ...args: readonly string[]) => Promise<Run>
  readonly refuses: (tool: Tool, ...args: readonly string[]) => Promise<Run>
}

let number = 0

/** An exchange of one kind of signature at these services. */
export function exchangeAt(
  bench: Workbench,
  { trustedRoot, signingConfig }: { readonly trustedRoot: string; readonly signingConfig: string },
  verbs: Verbs = blob,
): Exchange {
  const services = {
    COSIGN_TRUSTED_ROOT: trustedRoot,
    COSIGN_SIGNING_CONFIG: signingConfig,
    COSIGN_YES: 'true',
    ...noPassword,
  }
  const verify = async (tool: Tool, args: readonly string[]): Promise<Run & { readonly verified: boolean }> => {
    const run = await bench.use(tool, [...verbs.verify, ...args], services)
    return { ...run, verified: run.stderr.includes('Verified OK') }
  }
  return {
    services,
    newFile() {
      const file = `file-${++number}.txt`
      const content = `content of ${file} `.repeat(5000)
      bench.put(file, content)
      return { file, bundle: `${file}.json`, hex: createHash('sha256').update(content).digest('hex') }
    },
    async sign(tool, args, env = services) {
      const { code, stderr } = await bench.use(tool, [...verbs.sign, ...args], env)
      expect(code, `${tool} signs: ${stderr}`).toBe(0)
    },
    async accepts(tool, ...args) {
      const run = await verify(tool, args)
      expect(run, `${tool} accepts: ${run.stderr}`).toMatchObject({ code: 0, verified: true })
      return run
    },
    async refuses(tool, ...args) {
      const run = await verify(tool, args)
      expect(run, `${tool} refuses: ${run.stderr}`).toMatchObject({ code: refusal[tool], verified: false })
      return run
    },
  }
}

export interface SandboxExchange extends Exchange {
  readonly bench: Workbench
  readonly sandbox: Sandbox
  /** The services, as one who can prove to be this party. */
  readonly as: (party: Party) => Promise<Environment>
}

/** One at a sandbox, both for the test file that calls this. `none.json` is a signing config without services. */
export async function openExchange(verbs: Verbs = blob): Promise<SandboxExchange> {
  const bench = openWorkbench()
  const sandbox = await startSandbox({ directory: bench.path('sandbox') })
  afterAll(() => sandbox.close())
  bench.put('none.json', noServices)
  const exchange = exchangeAt(bench, sandbox.files, verbs)
  const as = async ({ identity }: Party): Promise<Environment> => ({
    ...(await sandbox.environment(identity)),
    ...exchange.services,
  })
  return { bench, sandbox, as, ...exchange }
}
