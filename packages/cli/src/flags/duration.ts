// Durations as Go writes them, because cosign's --timeout takes them.
import { SealwaxError } from '@sealwax/core/errors'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `3m0s`, `90s`, `1.5h`, `500ms` in milliseconds. @throws USAGE */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gy)]
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0)
  const read = parts.map(([whole]) => whole).join('')
  if (read !== text || total <= 0 || total > 86_400_000) {
    throw new SealwaxError('USAGE', '--timeout is no duration', {
      expected: 'like 90s, 3m or 1h30m, at most 24h',
      found: text,
    })
  }
  return total
}
