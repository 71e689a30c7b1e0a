// The full run: node src/fuzz.ts [FIRST [COUNT]] judges mutants 0 to 125,999, of which more than 100,000 differ, or those that are
// named; a quarter of an hour. With --write what was found goes into FUZZ.md. One mutant alone: node src/fuzz.ts NUMBER 1
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatReport } from './fuzz/report.ts'
import { run } from './fuzz/run.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean' } } })
const [first = 0, count = 126_000] = positionals.map(Number)
const work = mkdtempSync(join(tmpdir(), 'sealwax-fuzz-'))
try {
  const report = await run(first, count, {
    work,
    isOver: ({ mutants, findings }) => {
      if (mutants % 10_000 === 0) console.log(`${mutants} of ${count}, ${findings.length} findings`)
      return false
    },
  })
  for (const finding of report.findings) console.error(finding)
  const text = formatReport(report, first)
  console.log(text)
  if (values.write) writeFileSync(join(import.meta.dirname, '..', 'FUZZ.md'), text)
  process.exitCode = report.findings.length === 0 ? 0 : 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
