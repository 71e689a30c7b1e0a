import { reasons } from './reasons.ts'
import { mostCpu, type Report } from './run.ts'

/** What a run found, as FUZZ.md has it. */
export function formatReport(report: Report, first: number): string {
  const { mutants, distinct, accepted, known, findings, slowest, total } = report
  const rows = reasons
    .map((reason) => [reason.by, reason.words, String(known.get(reason) ?? 0)])
    .map(([by, words, met]) => `| ${by} | ${words} | ${met} |`)
  return `# Where verifiers disagree about changed bundles

Written by \`node src/fuzz.ts --write\`: mutants ${first} to ${first + mutants - 1}, each judged by us, by \`@sigstore/verify\` and by sigstore-go. A mutant
is a good bundle, ours or a real one, in which fields were replaced, removed, given twice, exchanged with those of another, or changed in
what they mean (base64, DER, JSON, checkpoints, numbers); or bytes were changed; or which was made to hurt its reader. Its number alone
makes it again. \`test/fuzz.test.ts\` judges others in each run, and prints their numbers.

| | |
| --- | --- |
| mutants | ${mutants} |
| different ones | ${distinct.size} |
| accepted by us | ${accepted.ours} |
| accepted by @sigstore/verify | ${accepted.library} |
| accepted by sigstore-go | ${accepted.sigstoreGo} |
| crashes, more than ${mostCpu} ms of CPU, another signer or content or time, disagreements without a reason | ${findings.length} |
| CPU for one bundle: mean, most | ${(total / mutants).toFixed(2)} ms, ${slowest.toFixed(0)} ms |

Every disagreement that was met, and why it is right: a peer that refuses what we accept, or we alone, where both others accept.

| refused by | what, and why only there | mutants |
| --- | --- | --- |
${rows.join('\n')}
`
}
