// From flags to what is wanted (Policy) and to whom is believed (trust). The thresholds are cosign's.
import { keylessPolicy, loadPublicKey, openTrust, parseWitness } from '@sealwax/core'
import type { KeyObject } from 'node:crypto'
import type { ExtensionName, IdentityMatcher, Matcher, Policy, TrustedRoot, WitnessKey } from '@sealwax/core'
import { SealwaxError } from '@sealwax/core/errors'
import type { VerifyingOptions } from '../flags/verifying.ts'
import { printable, warn } from '../terminal/text.ts'

/** What is wanted and who is believed, for one call. */
export interface Demand {
  readonly policy: Policy
  readonly trust: {
    readonly root?: TrustedRoot
    readonly key?: KeyObject
    readonly witnesses?: readonly WitnessKey[]
  }
}

/**
 * Reads the flags and opens what they name. Warns about what they leave out.
 * @throws USAGE when they do not say who must have signed, KEY_INVALID, TRUST_INVALID, FILE_NOT_FOUND
 */
export async function demandOf(options: VerifyingOptions, predicateType?: string): Promise<Demand> {
  checkUse(options)
  if (options.insecureIgnoreTlog === true) {
    warn(
      'Skipping tlog verification is an insecure practice that lacks transparency and auditability verification for the signature.',
    )
  }
  const log = options.insecureIgnoreTlog === true ? 0 : 1
  const timestamps = options.useSignedTimestamps === true ? 1 : 0
  const content = predicateType === undefined ? {} : { predicateType }
  // Each of those that are named: who wants two of three says so in a program.
  const witnesses = witnessesOf(options.witness ?? [])
  const wanted = witnesses.length === 0 ? {} : { witnesses: witnesses.length }
  if (options.key === undefined) {
    // Without a log only the clock may be left to tell whether the certificate is valid; a timestamp is used when it is there.
    const scts = options.insecureIgnoreSct === true ? 0 : 1
    const policy = keylessPolicy(identityOf(options), { log, timestamps, times: log, scts, ...wanted, ...content })
    return { policy, trust: { root: await rootOf(options), witnesses } }
  }
  const policy: Policy = { signer: { kind: 'key' }, log, timestamps, times: 0, scts: 0, ...wanted, ...content }
  const key = await loadPublicKey(options.key, { env: process.env })
  // A key alone, without log and timestamps, needs nobody's trust: that works on a machine without a trusted root.
  const needsRoot = log + timestamps + witnesses.length > 0 || options.trustedRoot !== undefined
  return { policy, trust: needsRoot ? { root: await rootOf(options), key, witnesses } : { key } }
}

/** A name stands for one key and a key for one name: else fewer would have to cosign than are named. */
function witnessesOf(named: readonly string[]): WitnessKey[] {
  const witnesses = named.map(parseWitness)
  witnesses.forEach(({ name, key }, at) => {
    const same = witnesses.slice(0, at).find((other) => other.name === name || other.key.equals(key))
    if (same !== undefined)
      throw new SealwaxError(
        'USAGE',
        `--witness names ${same.name === name ? 'the name' : 'the key of'} ${name} twice`,
        {
          expected: 'each witness once',
          found: `${same.name} and ${name}`,
        },
      )
  })
  return witnesses
}

function rootOf({ trustedRoot, staging }: VerifyingOptions): Promise<TrustedRoot> {
  return openTrust({ trustedRoot, staging, warn: (line) => warn(printable(line)) }).trustedRoot()
}

function identityOf(options: VerifyingOptions): IdentityMatcher {
  const subject = matcher(options.certificateIdentity, options.certificateIdentityRegexp)
  const issuer = matcher(options.certificateOidcIssuer, options.certificateOidcIssuerRegexp)
  if (subject === undefined) throw missing('--certificate-identity or --certificate-identity-regexp')
  if (issuer === undefined) throw missing('--certificate-oidc-issuer or --certificate-oidc-issuer-regexp')
  const wanted: Partial<Record<ExtensionName, string | undefined>> = {
    githubWorkflowTrigger: options.certificateGithubWorkflowTrigger,
    githubWorkflowSha: options.certificateGithubWorkflowSha,
    githubWorkflowName: options.certificateGithubWorkflowName,
    githubWorkflowRepository: options.certificateGithubWorkflowRepository,
    githubWorkflowRef: options.certificateGithubWorkflowRef,
  }
  const extensions = Object.entries(wanted).flatMap(([name, exact]) => (exact ? [[name, { exact }] as const] : []))
  return { subject, issuer, ...(extensions.length === 0 ? {} : { extensions: Object.fromEntries(extensions) }) }
}

/** An empty text is no demand: it would be met by everybody. */
function matcher(exact: string | undefined, regexp: string | undefined): Matcher | undefined {
  if (exact) return regexp ? { exact, regexp } : { exact }
  return regexp ? { regexp } : undefined
}

function checkUse(options: VerifyingOptions): void {
  const identity = [
    options.certificateIdentity,
    options.certificateIdentityRegexp,
    options.certificateOidcIssuer,
    options.certificateOidcIssuerRegexp,
  ]
  if (options.key === undefined || identity.every((one) => one === undefined)) return
  throw new SealwaxError('USAGE', 'a key and an identity cannot both be asked for', {
    expected: '--key, or --certificate-identity and --certificate-oidc-issuer',
    // The key's reference is not repeated: some give the key itself.
    found: 'both, perhaps one of them from variables like SEALWAX_KEY or COSIGN_KEY',
    hint: 'give one of them on the command line: it wins over the variables of the other',
  })
}

function missing(flags: string): SealwaxError {
  return new SealwaxError('USAGE', `${flags} is required for verification in keyless mode`, {
    expected: 'who must have signed, and who must vouch for that identity; or a key with --key',
    hint: 'a signature proves nothing until you say whose it must be',
  })
}
