import { join, resolve } from 'node:path'
import { bundleJson } from '../bundle/index.ts'
import { isSealwaxError, SealwaxError } from '../errors.ts'
import { explainNoIdentity } from '../identity/index.ts'
import { PAYLOAD_TYPE } from '../statement/index.ts'
import { buildContext, type Environment, type GitFacts, statementBytes } from '../statement/signing.ts'
import { requireWritable } from '../subject/index.ts'
import type { Evidence } from '../verify/index.ts'
import { silent } from './build.ts'
import { signingHooks } from './options.ts'
import { type Outline, outlineRoot, type Plan, readPlan, statementOf } from './plan.ts'
import { prepare, type Prepared } from './prepare.ts'
import { mergeRoots } from './roots.ts'
import type { CheckedSealer, SealHooks } from './sealer.ts'
import { meansToSign, readSettings, type Settings } from './settings.ts'
import { STATEMENT_NAME, SUMS_NAME } from './stale.ts'
import { type Letter, storeLetters } from './store.ts'
import type { BuildOptions, BuildReport, BuildSigner, Log, SignedRoot } from './types.ts'
import type { SignedTree } from './watch.ts'

/** Options of `signBuild`: those of a build, and the questions that a command line can ask. */
export interface SignBuildOptions extends BuildOptions, SealHooks {
  /** Where it is said why nothing was signed, when `required` makes that no error. Here the default of `required` is `true`. */
  readonly log?: Log | undefined
}

/** A report, and what the exit guard needs. */
export interface SignResult {
  readonly report: BuildReport
  readonly trees: readonly SignedTree[]
}

/** See index.ts. */
export async function signBuild(
  directories: string | readonly string[],
  options: SignBuildOptions,
): Promise<BuildReport | undefined> {
  // Whoever calls this wants a signature: that nobody is there to sign is an error unless they say otherwise.
  const settings = readSettings(options, { home: '.', required: true, more: signingHooks })
  if (settings.mode === 'off')
    throw new SealwaxError('USAGE', 'the mode `off` signs nothing', { expected: 'another mode', found: 'off' })
  const roots = [directories].flat().map((directory) => resolve(directory))
  const result = await signForSession([], { ...settings, roots }, options.log ?? silent, () =>
    prepare(settings, undefined, options),
  )
  if (result !== undefined) await options.onSigned?.(result.report)
  return result?.report
}

/**
 * Signs what a session collected, or says why not.
 * @returns `undefined` when nothing was signed and that is no error under `required`
 * @throws SealwaxError whatever went wrong, when it is one
 */
export async function signForSession(
  written: readonly string[],
  settings: Settings,
  log: Log,
  prepared: () => Promise<Prepared>,
): Promise<SignResult | undefined> {
  const { required } = settings
  const leave = (reason: string): undefined => {
    if (required === 'auto') log.info(`not signed: ${reason}`)
    else log.warn(`not signed: ${reason}`)
    return undefined
  }
  // Nobody in sight: said before anything is read, so that a build on a laptop costs nothing.
  if (!meansToSign(settings)) return leave(explainNoIdentity(settings.env))
  try {
    const roots = settings.roots === undefined ? mergeRoots(written, 'written') : mergeRoots(settings.roots, 'named')
    return await signRoots(roots, settings, await prepared())
  } catch (error) {
    const nobody = isSealwaxError(error) && error.code === 'IDENTITY_MISSING'
    if (required === true || (required === 'auto' && !nobody)) throw error
    return leave(reasonOf(error))
  }
}

function reasonOf(error: unknown): string {
  if (!isSealwaxError(error)) return String(error)
  if (error.code === 'IDENTITY_MISSING') return error.hint ?? error.message
  const found = error.found === undefined ? '' : `: ${error.found}`
  return `${error.message}${found}${error.hint === undefined ? '' : `. ${error.hint}`}`
}

async function signRoots(roots: readonly string[], settings: Settings, prepared: Prepared): Promise<SignResult> {
  const { sealer } = prepared
  // Answered beside the listing and the reading.
  sealer?.identify()
  const facts = roots.map((root) => prepared.git(root))
  const outlines = roots.map((root) => outlineRoot(root, settings))
  const name = sealer === undefined ? STATEMENT_NAME : settings.bundle
  // What cannot be kept must not become public.
  for (const { tree } of outlines) requireWritable(join(tree.directory, name))
  const drafts = outlines.map((outline, at) => draft(outline, settings.env, facts[at]))
  if (sealer === undefined) return unsigned(await Promise.all(drafts))
  // No folder's signature becomes public before all folders are read: who asks for several wants all or none.
  const all = Promise.all(drafts)
  const draftAt = async (at: number): Promise<Draft> => (await all)[at] as Draft
  const letters = await Promise.all(outlines.map((_, at) => seal(draftAt(at), sealer, name)))
  const trees = storeLetters(letters)
  return { trees, report: reportOf(sealer.mode, letters) }
}

async function draft(
  outline: Outline,
  env: Environment,
  git: Promise<GitFacts | undefined> | undefined,
): Promise<Draft> {
  const plan = await readPlan(outline)
  return { plan, payload: statementBytes(statementOf(plan, buildContext(env, await git))) }
}

interface Draft {
  readonly plan: Plan
  readonly payload: Buffer
}

interface Sealed extends Letter {
  readonly evidence: Evidence
}

async function seal(draft: Promise<Draft>, sealer: CheckedSealer, name: string): Promise<Sealed> {
  const payload = draft.then((read) => read.payload)
  // A question may come first, and nobody waits for it meanwhile.
  payload.catch(() => undefined)
  const bundle = await sealer.sealEnvelope(PAYLOAD_TYPE, payload)
  return { plan: (await draft).plan, name, text: bundleJson(bundle), evidence: sealer.evidenceOf(bundle) }
}

function unsigned(drafts: readonly Draft[]): SignResult {
  const letters = drafts.map(({ plan, payload }) => ({ plan, name: STATEMENT_NAME, text: payload }))
  const trees = storeLetters(letters)
  const roots = letters.map(({ plan, name }) => ({ ...rootOf(plan), statement: join(plan.tree.directory, name) }))
  return { trees, report: { mode: 'statement', roots, entries: [] } }
}

function reportOf(mode: CheckedSealer['mode'], letters: readonly Sealed[]): BuildReport {
  const first = letters[0]?.evidence
  return {
    mode,
    roots: letters.map(({ plan, name }) => ({ ...rootOf(plan), bundle: join(plan.tree.directory, name) })),
    signer: first === undefined ? undefined : signerOf(first),
    entries: letters.flatMap(({ evidence }) => evidence.entries.map(({ url, index }) => ({ log: url, index }))),
  }
}

function rootOf({ tree: { directory, files }, sums }: Plan): SignedRoot {
  return { directory, files: files.size, ...(sums === undefined ? {} : { sums: join(directory, SUMS_NAME) }) }
}

function signerOf({ signer }: Evidence): BuildSigner | undefined {
  if (signer.kind === 'unknown') return undefined
  if (signer.kind === 'key') return { kind: 'key', hint: signer.hint }
  return { kind: 'certificate', identity: signer.subjectAlternativeName.value, issuer: signer.issuer }
}
