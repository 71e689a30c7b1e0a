/**
 * JSON in the canonical form of RFC 8785 (JCS): members sorted by UTF-16 code units, no white space. JSON.stringify writes strings and
 * numbers as the RFC wants them already.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}
