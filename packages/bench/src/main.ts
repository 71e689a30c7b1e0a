// `node src/main.ts`: every row of the bench in one run, printed as a table. A full run also writes RESULTS.md;
// `--quick` does everything at tiny sizes, to see that it works, and writes nothing: its figures mean nothing.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine, load } from './machine.ts'
import { installPublished } from './published.ts'
import { type Row, table } from './row.ts'
import { measureHashing } from './rows/hashing.ts'
import { measureHooks } from './rows/hooks.ts'
import { measureSigning } from './rows/signing.ts'
import { measureVerifying } from './rows/verifying.ts'
import { measureStarting } from './rows/starting.ts'
import { full, quick } from './sizes.ts'

const measures = {
  signing: measureSigning,
  hashing: measureHashing,
  hooks: measureHooks,
  starting: measureStarting,
  verifying: measureVerifying,
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string', multiple: true } } })
const sizes = values.quick ? quick : full
const directory = realpathSync(mkdtempSync(join(tmpdir(), 'sealwax-bench-')))
try {
  const before = load()
  const place = installPublished(directory)
  const rows: Row[] = []
  for (const [name, measure] of Object.entries(measures)) {
    if (values.only && !values.only.includes(name)) continue
    console.error(`measuring ${name}`)
    rows.push(...(await measure(place, sizes)))
  }
  const results = `${table(rows)}\n\n${describeMachine(before, load())}\n`
  console.log(results)
  if (!values.quick && !values.only)
    writeFileSync(join(import.meta.dirname, '../RESULTS.md'), `# Results\n\n${results}`)
} finally {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
}
