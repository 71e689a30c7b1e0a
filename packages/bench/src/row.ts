/** A line of the table. Only ratios of one run are held against a bar: they survive a change of the machine. */
export interface Row {
  readonly what: string
  readonly ours: string
  readonly peer: string
  /** Absent when the peer is missing. */
  readonly ratio?: Ratio
  /** What a reader needs to judge the figure: counts, spread, what is in it. */
  readonly note: string
}

export interface Ratio {
  readonly value: number
  readonly unit: 'times' | '%' | 'ms more'
  readonly bar?: { readonly least: number } | { readonly most: number }
}

/** The rows as a Markdown table, with their notes below. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row, index) => cells(row, index + 1))
  const head = ['', 'what', 'ours', 'peer', 'ratio', 'bar', 'met']
  const notes = rows.map(({ note }, index) => `${index + 1}. ${note}`)
  return [line(head), line(head.map(() => '---')), ...lines.map(line), '', ...notes].join('\n')
}

function cells({ what, ours, peer, ratio }: Row, number: number): string[] {
  const { bar } = ratio ?? {}
  const met = ratio && bar && ('least' in bar ? ratio.value >= bar.least : ratio.value <= bar.most)
  const limit = bar && ('least' in bar ? `at least ${bar.least}` : `at most ${bar.most}`)
  return [
    String(number),
    what,
    ours,
    peer,
    ratio ? `${figure(ratio.value)} ${ratio.unit}` : 'not measured',
    limit ? `${limit} ${ratio?.unit}` : '',
    met === undefined ? '' : met ? 'yes' : '**no**',
  ]
}

const line = (parts: readonly string[]): string => `| ${parts.join(' | ')} |`

/** Three digits that mean something. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** Milliseconds, as seconds where they are many. */
export function time(milliseconds: number): string {
  return Math.abs(milliseconds) < 1000 ? `${figure(milliseconds)} ms` : `${figure(milliseconds / 1000)} s`
}
