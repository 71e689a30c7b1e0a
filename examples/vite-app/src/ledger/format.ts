import { format, parseISO } from 'date-fns'

/** `2026-10-14` becomes `14 Oct 2026`. */
export function showDate(date: string): string {
  return format(parseISO(date), 'd MMM yyyy')
}

/** Bytes in kibibytes or mebibytes, one decimal. */
export function showBytes(bytes: number): string {
  const kib = bytes / 1024
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(2)} MiB`
}

/** The change from one size to another in percent, with its sign. */
export function showChange(from: number, to: number): string {
  const percent = ((to - from) / from) * 100
  const sign = percent > 0 ? '+' : percent < 0 ? '−' : '±'
  return `${sign}${Math.abs(percent).toFixed(1)} %`
}
