// The matrix as a reader sees it.
import { cells, type Cell, type Client, clients } from './cell.ts'

/** A Markdown table with its columns aligned. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((value, at) => value.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** What a verifier makes of what a signer gave it. */
export type Verdict = (signer: Client, cell: Cell, verifier: Client) => Promise<string>

export async function matrix(verdict: Verdict): Promise<string> {
  const reasons: string[] = []
  const mark = (text: string): string => {
    const [, reason] = /^cannot: (.*)/.exec(text) ?? []
    if (reason === undefined) return text
    if (!reasons.includes(reason)) reasons.push(reason)
    return `cannot (${reasons.indexOf(reason) + 1})`
  }
  const rows: string[][] = []
  for (const cell of cells)
    for (const signer of clients) {
      const verdicts: string[] = []
      for (const verifier of clients) verdicts.push(mark(await verdict(signer, cell, verifier)))
      rows.push([cell.of, cell.by, cell.log, signer, ...verdicts])
    }
  const head = ['what', 'signed by', 'logged in', 'signer', ...clients]
  const notes = reasons.map((reason, at) => `${at + 1}. ${reason}`)
  const title = [
    '# What each verifier makes of each signature',
    '',
    'Found by `test/matrix.test.ts` at the real services.',
    '',
  ]
  return [...title, table(head, rows), '', ...notes, ''].join('\n')
}
