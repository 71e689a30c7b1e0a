// Verdicts: for a person, or as JSON. They are the result, so they go to standard output, good or bad.
import type { Evidence, Policy, Verdict } from '@sealwax/core'
import type { BuildReason } from '@sealwax/core/session'
import { isSealwaxError, SealwaxError } from '@sealwax/core/errors'
import { note, onStderr, onStdout, printable, say, toJson, warn } from '../terminal/text.ts'
import { evidenceLines } from './evidence.ts'
import { exitCodeOf, exitCodes } from './exit.ts'

/** What is known of something that could not be read. */
interface Unread {
  readonly verdict: {
    readonly ok: false
    readonly warnings: readonly string[]
    readonly reasons: readonly BuildReason[]
  }
  /** Why. */
  readonly error: SealwaxError
}

/** What was found out about one file. */
export interface Judged {
  readonly subject: string
  readonly bundle: string
  readonly verdict: Pick<Verdict, 'ok' | 'warnings'> & { readonly reasons: readonly BuildReason[] }
  /** Absent when the file or its bundle could not be read. */
  readonly evidence?: Evidence | undefined
  readonly error?: SealwaxError | undefined
}

/**
 * Looks at one file or folder. What cannot be read is as little verified as what does not match: it becomes a verdict, so that
 * the others are still looked at. Wrong use is thrown, and so is a defect.
 */
export async function examine<T>(look: () => Promise<T>): Promise<T | Unread> {
  try {
    return await look()
  } catch (thrown) {
    const error = unreadable(thrown)
    if (error === undefined || error.code === 'USAGE' || error.code === 'POLICY_INVALID') throw thrown
    const { code, message, expected, found } = error
    return { error, verdict: { ok: false, warnings: [], reasons: [{ code, message, expected, found }] } }
  }
}

function unreadable(error: unknown): SealwaxError | undefined {
  if (isSealwaxError(error)) return error
  if (!(error instanceof Error) || !('syscall' in error)) return undefined
  return new SealwaxError('FILE_UNREADABLE', error.message, { cause: error })
}

/** Prints all verdicts. @returns the exit code: of several bad ones the highest */
export function reportVerdicts(all: readonly Judged[], policy: Policy, output: 'text' | 'json'): number {
  for (const warning of new Set(all.flatMap(({ verdict }) => verdict.warnings))) warn(printable(warning))
  if (output === 'json') say(toJson(all.map(resultOf), 2))
  else for (const one of all) sayVerdict(one)
  const bad = all.filter(({ verdict }) => !verdict.ok)
  sayEnd(bad.map(({ subject }) => subject))
  return Math.max(exitCodes.good, ...bad.map((one) => codeOf(one, policy)))
}

/** The last line, on stderr: the very one that cosign ends with, for scripts look for it; or what was not verified. */
export function sayEnd(bad: readonly string[]): void {
  if (bad.length === 0) note('Verified OK')
  else note(`${onStderr(['red', 'bold'], 'NOT VERIFIED')}: ${bad.map(nameOf).join(', ')}`)
}

function nameOf(subject: string): string {
  return subject === '-' ? 'standard input' : printable(subject)
}

/** The exit code of a verdict that is not good. */
export function codeOf({ verdict, evidence, error }: Omit<Judged, 'subject' | 'bundle'>, policy: Policy): number {
  if (error !== undefined) return exitCodeOf(error, 'verify')
  const told = (wanted: BuildReason['code']): boolean => verdict.reasons.some(({ code }) => code === wanted)
  if (told('SIGNATURE_MISSING')) return exitCodes.noSignature
  if (told('BUNDLE_INVALID')) return exitCodes.error
  const wantsIdentity = policy.signer.kind === 'identities'
  return wantsIdentity && evidence?.signer.kind === 'key' ? exitCodes.noCertificate : exitCodes.refused
}

function sayVerdict({ subject, verdict, evidence, error }: Judged): void {
  const mark = verdict.ok ? onStdout('green', 'ok') : onStdout(['red', 'bold'], 'FAILED')
  say(`${nameOf(subject)}: ${mark}`, ...onePerCause(verdict.reasons).flatMap(reasonLines), ...hintLines(error))
  if (evidence !== undefined) say(...evidenceLines(evidence))
}

/** A key instead of a certificate, or the other way round, is one mistake, whoever noticed it. All of them are in `-o json`. */
export function onePerCause(reasons: readonly BuildReason[]): readonly BuildReason[] {
  if (!reasons.some(({ code }) => code === 'SIGNER_KIND')) return reasons
  return reasons.filter(({ code }) => code !== 'KEY_EXPECTED' && code !== 'KEY_MISSING')
}

/** A reason with what was expected and found. */
export function reasonLines({
  code,
  message,
  expected,
  found,
}: Pick<BuildReason, 'code' | 'message' | 'expected' | 'found'>): string[] {
  return [
    `  ${onStdout('red', '✗')} ${printable(message)} ${onStdout('dim', `(${code})`)}`,
    ...(expected === undefined ? [] : [`      expected: ${printable(expected)}`]),
    ...(found === undefined ? [] : [`      found:    ${printable(found)}`]),
    ...(code === 'SIGNER_KIND' ? [`      next:     ${otherKind}`] : []),
  ]
}

const otherKind =
  'a signature by a key is verified with --key, one by a certificate with --certificate-identity and --certificate-oidc-issuer'

/** The next step after an error. */
export function hintLines(error: SealwaxError | undefined): string[] {
  return error?.hint === undefined ? [] : [`      next:     ${printable(error.hint)}`]
}

function resultOf({ subject, bundle, verdict, evidence }: Judged): Readonly<Record<string, unknown>> {
  return { subject, bundle, ok: verdict.ok, reasons: verdict.reasons, warnings: verdict.warnings, evidence }
}
