/** The value in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which this share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}

/** The quartiles, as text. */
export function spread(values: readonly number[], show: (value: number) => string): string {
  return `${show(quantile(values, 0.25))} to ${show(quantile(values, 0.75))}`
}

/** Milliseconds of each contestant, in the order of the rounds. */
export type Times<Name extends string> = Record<Name, number[]>

/**
 * Runs every contestant once per round, each round beginning with another one: whatever slows the machine for a while, or
 * whoever leaves it warm, meets all of them alike. A round before the first is not counted.
 */
export async function interleave<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, () => unknown>>,
): Promise<Times<Name>> {
  const names = Object.keys(contestants) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Times<Name>
  for (const name of names) await contestants[name]()
  for (let round = 0; round < rounds; round++) {
    const first = round % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const start = performance.now()
      await contestants[name]()
      times[name].push(performance.now() - start)
    }
  }
  return times
}
