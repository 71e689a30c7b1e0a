import { resolve } from 'node:path'
import type { Policy } from '@sealwax/core'
import type { BuildReason, BuildVerdict } from '@sealwax/core/session'
import { count, evidenceLines } from '../report/evidence.ts'
import { exitCodes } from '../report/exit.ts'
import { codeOf, examine, hintLines, type Judged, onePerCause, reasonLines, sayEnd } from '../report/verdict.ts'
import { requireBundle } from '../signing/targets.ts'
import { onStdout, printable, say, toJson, warn } from '../terminal/text.ts'
import type { VerifyBuildOptions } from '../verbs/verify-build.ts'
import { demandOf } from './policy.ts'

interface JudgedFolder {
  readonly folder: string
  readonly verdict: Judged['verdict'] & Partial<BuildVerdict>
  /** Why the folder or its bundle could not be read. */
  readonly error?: Judged['error']
}

/** Verifies each folder against the bundle in it and reports. @returns the exit code: of several bad ones the highest */
export async function verifyFolders(folders: readonly string[], options: VerifyBuildOptions): Promise<number> {
  const { verifyBuild } = await import('@sealwax/core/session')
  requireBundle(options.bundle)
  const { policy, trust } = await demandOf(options)
  const all: JudgedFolder[] = []
  for (const folder of folders) {
    const bundle = options.bundle === undefined ? undefined : resolve(folder, options.bundle)
    const { key, root: trustedRoot, witnesses } = trust
    const wanted = { policy, key, trustedRoot, witnesses, bundle, files: options.file }
    all.push({ folder, ...(await examine(async () => ({ verdict: await verifyBuild(folder, wanted) }))) })
  }
  return report(all, policy, options.output)
}

function report(all: readonly JudgedFolder[], policy: Policy, output: 'text' | 'json'): number {
  for (const warning of new Set(all.flatMap(({ verdict }) => verdict.warnings))) warn(printable(warning))
  const results = all.map(({ folder, verdict }) => ({ folder, ...verdict }))
  if (output === 'json') say(toJson(results, 2))
  else for (const one of all) sayFolder(one)
  const bad = all.filter(({ verdict }) => !verdict.ok)
  sayEnd(bad.map(({ folder }) => folder))
  const codes = bad.map(({ verdict, error }) => codeOf({ verdict, error, evidence: verdict.evidence }, policy))
  return Math.max(exitCodes.good, ...codes)
}

/** Reasons or names shown of one kind; the rest is counted. All of them are in `-o json`. */
const most = 20

function sayFolder({ folder, verdict, error }: JudgedFolder): void {
  const { ok, reasons, evidence, files } = verdict
  const good = `${onStdout('green', 'ok')}, ${count(files?.ok ?? 0, 'file')} as signed`
  say(`${printable(folder)}: ${ok ? good : onStdout(['red', 'bold'], 'FAILED')}`)
  for (const group of Object.values(Object.groupBy(onePerCause(reasons), ({ code }) => code))) sayReasons(group ?? [])
  say(...hintLines(error), ...uncoveredLines(files?.uncovered ?? []))
  if (evidence !== undefined) say(...evidenceLines(evidence))
}

function sayReasons(group: readonly BuildReason[]): void {
  say(...group.slice(0, most).flatMap(reasonLines))
  if (group.length > most) say(`    and ${group.length - most} more`)
}

/** "As signed" must not be read as more than it is: a server may well serve what nobody has looked at. */
function uncoveredLines(names: readonly string[]): string[] {
  if (names.length === 0) return []
  const rest = names.length > most ? ` and ${names.length - most} more` : ''
  return [`  not covered: ${names.slice(0, most).map(printable).join(' ')}${rest}`]
}
