import { run } from '../command.ts'
import { interleave, median, spread } from '../measure.ts'
import type { Place } from '../published.ts'
import { type Row, time } from '../row.ts'
import type { Sizes } from '../sizes.ts'

/** `sealwax version` against a Node.js that does nothing. */
export async function measureVersion({ sealwax }: Place, { version: { runs } }: Sizes): Promise<Row[]> {
  const times = await interleave(runs, {
    ours: () => run(process.execPath, [sealwax, 'version']),
    node: () => run(process.execPath, ['-e', '0']),
  })
  const [ours, node] = [median(times.ours), median(times.node)]
  return [
    {
      what: '`sealwax version`',
      ours: time(ours),
      peer: `${time(node)} (\`node -e 0\`)`,
      ratio: { value: ours / node, unit: 'times', bar: { most: 1.5 } },
      note: `Whole processes, medians of ${runs} interleaved runs; quartiles ${spread(times.ours, time)} against ${spread(times.node, time)}.`,
    },
  ]
}
