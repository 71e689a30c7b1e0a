// One run: mutants by number, each judged by us and by both peers, and what to think of where the answers differ.
import { hash } from 'node:crypto'
import type { Evidence } from '@sealwax/core'
import { askSigstoreGo } from './sigstore-go.ts'
import { openLibrary, type PeerSays } from './library.ts'
import { makeMutant, type Mutant } from './mutant.ts'
import { openVerifier, type Said, type Verifier } from './ours.ts'
import { type Disagreement, type Reason, reasonFor } from './reasons.ts'
import { openSeeds, type Seed } from './seeds.ts'

export interface Report {
  mutants: number
  /** Digests of the mutants: some are equal, as an empty file is. */
  readonly distinct: Set<string>
  /** How many of the mutants each accepts. */
  readonly accepted: { ours: number; library: number; sigstoreGo: number }
  /** How many mutants stand behind each known reason for a disagreement, as often as it was met. */
  readonly known: Map<Reason, number>
  /** What must not be: each names its mutant. */
  readonly findings: string[]
  /** Milliseconds of CPU for one bundle. */
  slowest: number
  total: number
}

/** Milliseconds of CPU that one bundle may cost. */
export const mostCpu = 100

const unknown = ', without a known reason'
/** What findings hold that say only that we are stricter than both others. */
export const refusedByUs = `refused by us alone${unknown}`
const batch = 250

export interface RunOptions {
  /** A folder for files. */
  readonly work: string
  /** Told after each batch; the run ends when the answer is `true`. */
  readonly isOver?: (report: Report) => boolean
  /** Another verifier in the place of ours. */
  readonly open?: (seed: Seed) => Promise<Verifier>
}

/** Judges the mutants `first` to `first + count - 1`. */
export async function run(first: number, count: number, options: RunOptions): Promise<Report> {
  const { work, isOver = () => false, open = openVerifier } = options
  const seeds = await openSeeds(work)
  const judges = await openJudges(seeds, open)
  const report: Report = {
    mutants: 0,
    distinct: new Set(),
    accepted: { ours: 0, library: 0, sigstoreGo: 0 },
    known: new Map(),
    findings: [],
    slowest: 0,
    total: 0,
  }
  while (report.mutants < count && !isOver(report)) {
    const size = Math.min(batch, count - report.mutants)
    const mutants = Array.from({ length: size }, (_, index) => makeMutant(first + report.mutants + index, seeds))
    const answers = askSigstoreGo(mutants)
    mutants.forEach((mutant, index) => {
      const known = judges.get(mutant.seed)
      if (known !== undefined) judge(mutant, known, answers[index], report)
    })
    report.mutants += size
  }
  return report
}

/** Who judges what is made of one seed, and what we say of the seed itself. */
interface Judges {
  readonly ours: Verifier
  readonly library: (bundle: Uint8Array) => PeerSays
  readonly good: Evidence
}

/** The judges of each seed, all of whom accept it: one that somebody refuses would hide everything that is made of it. */
async function openJudges(seeds: readonly Seed[], open: typeof openVerifier): Promise<Map<Seed, Judges>> {
  const originals = seeds.map((seed) => ({ number: -1, seed, bytes: Buffer.from(seed.bundle), changes: [] }))
  const answers = askSigstoreGo(originals)
  const judges = new Map<Seed, Judges>()
  for (const [index, { seed, bytes }] of originals.entries()) {
    const library = openLibrary(seed)
    const { evidence: good, why } = (await openVerifier(seed))(bytes)
    const refusals = [why, library(bytes), answers[index]].filter(Boolean)
    if (good === undefined || refusals.length > 0)
      throw new Error(`${seed.name} is no good bundle: ${refusals.join(' ')}`)
    judges.set(seed, { ours: await open(seed), library, good })
  }
  return judges
}

function judge(mutant: Mutant, { ours, library, good }: Judges, sigstoreGo: PeerSays, report: Report): void {
  const said = ask(ours, mutant, report)
  const answers: Answers = { mutant, said, library: library(mutant.bytes), sigstoreGo }
  report.distinct.add(hash('sha256', mutant.bytes))
  report.accepted.ours += Number(said.ok)
  report.accepted.library += Number(answers.library === undefined)
  report.accepted.sigstoreGo += Number(sigstoreGo === undefined)
  const wrongs = [
    ...(said.crash === undefined ? [] : [`crash: ${(said.crash as Error).stack}`]),
    ...(said.cpu <= mostCpu ? [] : [`took ${Math.round(said.cpu)} ms`]),
    ...(!said.ok || saysTheSame(said.evidence, good) ? [] : ['accepted for something else than the good bundle']),
    ...disagreements(answers).flatMap((disagreement) => {
      const reason = reasonFor(disagreement)
      if (reason === undefined) return [`refused by ${disagreement.by} alone${unknown}`]
      report.known.set(reason, (report.known.get(reason) ?? 0) + 1)
      return []
    }),
  ]
  for (const wrong of wrongs) report.findings.push(describe(wrong, answers))
}

/** Our answer. Once more when it took long: the machine may have been busy with something else, but not each time. */
function ask(verifier: Verifier, { bytes }: Mutant, report: Report): Said {
  let said = verifier(bytes)
  for (let times = 0; said.cpu > mostCpu && times < 2; times++) said = verifier(bytes)
  report.slowest = Math.max(report.slowest, said.cpu)
  report.total += said.cpu
  return said
}

interface Answers {
  readonly mutant: Mutant
  readonly said: Said
  readonly library: PeerSays
  readonly sigstoreGo: PeerSays
}

/** Each peer that refuses what we accept does so for a reason of its own; so do we, where both accept. */
function disagreements({ mutant, said, library, sigstoreGo }: Answers): Disagreement[] {
  if (!said.ok) return library === undefined && sigstoreGo === undefined ? [{ by: 'us', mutant, why: said.why }] : []
  return [
    ...(library === undefined ? [] : [{ by: '@sigstore/verify' as const, mutant, why: library }]),
    ...(sigstoreGo === undefined ? [] : [{ by: 'sigstore-go' as const, mutant, why: sigstoreGo }]),
  ]
}

const describe = (wrong: string, { mutant, said, library, sigstoreGo }: Answers): string =>
  [
    `mutant ${mutant.number}: ${wrong}`,
    `made of: ${mutant.seed.name}, by: ${mutant.changes.join('; ')}`,
    `we: ${said.ok ? 'accepted' : said.why}`,
    `@sigstore/verify: ${library ?? 'accepted'}`,
    `sigstore-go: ${sigstoreGo ?? 'accepted'}`,
  ].join('\n  ')

/** A change that is accepted may take a witness away. It must not make another signer, content or time of what was good. */
function saysTheSame(found: Evidence | undefined, good: Evidence): boolean {
  if (found === undefined) return false
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  const who = ({ signer, subjects, statement, scts }: Evidence): unknown => [signer, subjects, statement, scts]
  return (
    found.signed &&
    found.artifact === 'matched' &&
    same(who(found), who(good)) &&
    found.times.every((time) => good.times.some((one) => same(one, time))) &&
    found.entries.every(({ log, kind }) => good.entries.some((one) => one.log === log && one.kind === kind))
  )
}
