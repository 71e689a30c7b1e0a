// Who signed, when, and where that is written down: Evidence as lines for a person.
import type { Evidence } from '@sealwax/core'
import { printable, table } from '../terminal/text.ts'

type Row = readonly [label: string, value: string]

/**
 * The signer, the times and the log entries of a bundle. Names in a bundle whose signature or certificate is wrong are only
 * claims; saying "signed by" would lend them weight.
 */
export function evidenceLines(evidence: Evidence): string[] {
  const doubt = evidence.failures.find(({ check }) => check === 'signature' || check === 'certificate')?.check
  if (evidence.signed && doubt === undefined) return table(evidenceRows(evidence))
  return [`  Who signed is not known: the ${doubt ?? 'signature'} was not verified.`]
}

/** Each row only when there is something to say. */
function evidenceRows(evidence: Evidence): Row[] {
  return [
    ...signerRows(evidence.signer),
    ...timeRows(evidence),
    ...entryRows(evidence),
    ...witnessRows(evidence),
    ...statementRows(evidence),
  ]
}

function signerRows(signer: Evidence['signer']): Row[] {
  if (signer.kind === 'unknown') return []
  if (signer.kind === 'key') return signer.pem === undefined ? [] : [['signed by', `key ${signer.hint}`]]
  const { extensions, subjectAlternativeName, issuer } = signer
  const source = [extensions.sourceRepositoryUri, extensions.sourceRepositoryRef, extensions.sourceRepositoryDigest]
  return [
    ['signed by', subjectAlternativeName.value],
    ['issuer', issuer ?? 'none named'],
    ...row('source', source.filter((part) => part !== undefined).join(' ')),
    ...row('run', extensions.runInvocationUri),
  ]
}

function timeRows({ times }: Evidence): Row[] {
  return times.map(({ time, source, authority }) => [
    'at',
    `${utc(time)}, says ${witnesses[source]} ${place(authority)}`.trim(),
  ])
}

const witnesses = {
  'timestamp-authority': 'the timestamp authority',
  'transparency-log': 'the transparency log',
} as const

/** `2026-11-23 04:05:11 UTC` */
function utc(time: Date): string {
  return time
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

/** The host of a URL, for a person; anything else as it is. */
function place(text: string): string {
  return URL.canParse(text) ? new URL(text).host : text
}

function entryRows({ entries }: Evidence): Row[] {
  return entries.map(({ url, log, index }) => ['log entry', `${index} in ${url === '' ? log : place(url)}`])
}

/** Who else saw the log's tree; and who is said to have, where nobody gave a key to check that with. */
function witnessRows({ entries, unknown }: Evidence): Row[] {
  const seen = entries.flatMap(({ cosignatures }) => cosignatures)
  const strangers = unknown.filter(({ check }) => check === 'witness')
  return [
    ...seen.map(({ witness, time }): Row => ['witness', `${witness}, saw the log at ${utc(time)}`]),
    ...strangers.map(({ message }): Row => ['not checked', message]),
  ]
}

function statementRows({ statement }: Evidence): Row[] {
  if (statement === undefined) return []
  const { length } = statement.subject
  return [['states', `${statement.predicateType} of ${length} ${length === 1 ? 'subject' : 'subjects'}`]]
}

function row(label: string, value: string | undefined): Row[] {
  return value === undefined || value === '' ? [] : [[label, value]]
}

/** One line about what one call has signed: `Signed by WHO (ISSUER), log entry 42, 1 timestamp`. */
export function signedLine(all: readonly Evidence[]): string {
  const signer = all[0]?.signer
  if (signer === undefined || signer.kind === 'unknown') return 'Nothing was signed'
  const who =
    signer.kind === 'key'
      ? `the key ${signer.hint}`
      : `${printable(signer.subjectAlternativeName.value)} (${printable(signer.issuer ?? 'no issuer')})`
  const indexes = all.flatMap(({ entries }) => entries.map(({ index }) => index))
  const stamps = all.flatMap(({ times }) => times.filter(({ source }) => source === 'timestamp-authority'))
  const entries = indexes.length === 1 ? `log entry ${indexes[0]}` : `${indexes.length} log entries`
  const witnesses = [
    indexes.length === 0 ? 'in no transparency log' : entries,
    ...(stamps.length === 0 ? [] : [count(stamps.length, 'timestamp')]),
  ]
  return `Signed by ${who}, ${witnesses.join(', ')}`
}

/** `1 file`, `2 files`, `10,000 files`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
