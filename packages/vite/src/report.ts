// What is printed, in the style of Vite's own lines and through its logger, so that logLevel and a custom logger hold.
import { basename, relative, sep } from 'node:path'
import { styleText } from 'node:util'
import type { BuildReport, Log } from '@sealwax/core/session'
import type { Logger } from 'vite'

/** Colours as Vite's own lines have them: on a terminal, and in CI, whose logs show them though they are no terminal. */
function paint(format: 'cyan' | 'dim' | 'green' | 'red' | 'yellow', text: string): string {
  const { CI, NO_COLOR } = process.env
  return styleText(format, text, { validateStream: !CI || Boolean(NO_COLOR) })
}

/** The session's log, through Vite's logger. */
export function buildLog(logger: Logger): Log {
  return {
    info: (line) => logger.info(`${paint('cyan', '[sealwax]')} ${line}`),
    warn: (line) => logger.warn(paint('yellow', `[sealwax] ${line}`)),
    error: (line) => logger.error(paint('red', `[sealwax] ${line}`)),
  }
}

/** `✓ 12 files signed by https://github.com/… → dist/attestation.sigstore.json (log index 42)`, in one line. */
export function reportLine({ roots, signer, entries }: BuildReport, base: string): string {
  const files = grouped(roots.reduce((sum, root) => sum + root.files, 0))
  const result = paint('green', `✓ ${files} files ${signer ? 'signed' : 'listed for signing'}`)
  const by = !signer ? '' : ` by ${signer.kind === 'certificate' ? signer.identity : `key ${signer.hint}`}`
  const places = roots.map(({ bundle, statement = '' }) => place(relative(base, bundle ?? statement))).join(', ')
  // A file is then verified through the checksum file, which a person should know when they copy one alone.
  const notes = roots.some(({ sums }) => signer && sums) ? ['over SHA256SUMS'] : []
  if (entries.length > 0) notes.push(`log index ${entries.map(({ index }) => index).join(', ')}`)
  const detail = notes.length === 0 ? '' : paint('dim', ` (${notes.join(', ')})`)
  return `${result}${by} ${paint('dim', '→')} ${places}${detail}`
}

/** `12,345`. Not by toLocaleString, which loads the tables of all languages: that took longer than signing. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Vite's way of naming an output: with '/' on every system, the folder dimmed, the file not. */
function place(path: string): string {
  const name = basename(path)
  const folder = path.slice(0, -name.length).replaceAll(sep, '/')
  return (folder && paint('dim', folder)) + paint('cyan', name)
}
