import { basename } from 'node:path'
import { SealwaxError } from '@sealwax/core/errors'
import type { Subject } from '@sealwax/core'
import { predicateTypeOf } from '../flags/predicate.ts'
import { openProgress, type Progress } from '../terminal/progress.ts'
import type { AttestOptions } from '../verbs/attest-blob.ts'
import { contentOf } from './content.ts'
import { openSigning } from './open.ts'
import { inParallel } from './parallel.ts'
import { readPredicate, readStatement } from './predicate.ts'
import { width } from './sign-blobs.ts'
import { checkInputs, checkOutputs } from './places.ts'
import { requireBundle, type Target, targetsOf } from './targets.ts'
import { reportSigning, writeBundle } from './write.ts'

/** Signs a statement about each file, or the one statement that is given, and reports. */
export async function attestBlobs(files: readonly string[], options: AttestOptions): Promise<void> {
  checkUse(files, options)
  const progress = openProgress()
  try {
    await (options.statement === undefined ? attestEach(files, options, progress) : signStatement(options, progress))
  } finally {
    progress.clear()
  }
}

async function attestEach(files: readonly string[], options: AttestOptions, progress: Progress): Promise<void> {
  const { makeStatement, PAYLOAD_TYPE, statementBytes } = await import('@sealwax/core')
  const targets = targetsOf(files, options.bundle)
  if (options.hash === undefined) await checkInputs(files)
  checkOutputs(targets)
  const predicateType = await predicateTypeOf(options.type)
  const predicate = await readPredicate(options.predicate ?? '', options.type)
  const subjects = await Promise.all(files.map((file) => subjectOf(file, options.hash)))
  const stdinTaken = files.includes('-') || options.predicate === '-'
  const sealer = await openSigning(options, { progress, stdinTaken })
  const pairs = targets.map((target, at) => [target, subjects[at] as Subject] as const)
  const all = await inParallel(pairs, width, async ([target, subject]) => {
    const payload = statementBytes(makeStatement([subject], predicateType, predicate))
    const bundle = await sealer.sealEnvelope(PAYLOAD_TYPE, payload)
    await writeBundle(target, bundle, progress)
    return { target, evidence: sealer.evidenceOf(bundle) }
  })
  reportSigning(all, options.output)
}

/** The statement is signed as it stands, byte for byte. */
async function signStatement(options: AttestOptions, progress: Progress): Promise<void> {
  const { PAYLOAD_TYPE } = await import('@sealwax/core')
  const file = options.statement ?? ''
  const target: Target = { file, bundle: options.bundle ?? '' }
  checkOutputs([target])
  const payload = await readStatement(file)
  const sealer = await openSigning(options, { progress, stdinTaken: file === '-' })
  const bundle = await sealer.sealEnvelope(PAYLOAD_TYPE, payload)
  await writeBundle(target, bundle, progress)
  reportSigning([{ target, evidence: sealer.evidenceOf(bundle) }], options.output)
}

async function subjectOf(file: string, hash: string | undefined): Promise<Subject> {
  const name = basename(file)
  if (hash !== undefined) return { name, digest: { sha256: hash.toLowerCase() } }
  const { createHash } = await import('node:crypto')
  const digest = createHash('sha256')
  const content = await contentOf(file)
  if (content instanceof Uint8Array) digest.update(content)
  else for await (const piece of content) digest.update(piece)
  return { name, digest: { sha256: digest.digest('hex') } }
}

function checkUse(files: readonly string[], { predicate, statement, hash, bundle }: AttestOptions): void {
  const given = [predicate, statement].filter((one) => one !== undefined)
  if (given.length !== 1)
    throw usage('one of --predicate or --statement must be given', 'run "sealwax help attest-blob"')
  if (statement === undefined && files.length === 0) throw usage('name the file that the predicate is about')
  if (statement !== undefined && bundle === undefined)
    throw usage('--statement needs --bundle, to say where the bundle goes')
  requireBundle(bundle)
  if (predicate === '-' && files.includes('-')) throw usage('standard input cannot be both the file and the predicate')
  if (hash !== undefined && (files.length !== 1 || !/^[0-9a-f]{64}$/i.test(hash))) {
    throw usage('--hash is the sha256 of one file, 64 hexadecimal digits')
  }
}

function usage(message: string, hint?: string): SealwaxError {
  return new SealwaxError('USAGE', message, { hint })
}
