import type { Fault } from './fault.ts'

/** Tells which fault hits the next request, and counts it. */
export type TakeFault = (faults: Fault | readonly Fault[] | undefined) => Fault | undefined

export function countFaults(): TakeFault {
  const seen = new WeakMap<Fault, number>()
  const hits = new WeakMap<Fault, number>()

  function takes(fault: Fault): boolean {
    const before = hits.get(fault) ?? 0
    if (before >= (fault.times ?? Number.POSITIVE_INFINITY)) return false
    const nth = seen.get(fault) ?? 0
    seen.set(fault, nth + 1)
    const share = fault.chance ?? 1
    // Spread evenly instead of by chance: a test that fails must fail again.
    if (Math.ceil((nth + 1) * share) === Math.ceil(nth * share)) return false
    hits.set(fault, before + 1)
    return true
  }

  return (faults) => (faults === undefined ? [] : [faults].flat()).find((fault) => takes(fault))
}
