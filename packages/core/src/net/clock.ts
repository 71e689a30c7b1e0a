/** What the clocks of the services say, seen from the clock of this machine. */
export interface Clocks {
  /** The service says that it is now this time. */
  note(service: string, time: Date): void
  /** Whether nobody has told the time yet. */
  isSilent(): boolean
  /** Whose clock is wrong and by how much, in words; nothing when no two clocks differ by more than a minute. */
  advice(): string | undefined
}

/** Less is within what networks and whole seconds do, and nothing in a signature fails by less. */
const tolerance = 60_000

export function openClocks(): Clocks {
  /** Milliseconds by which each service's clock is ahead of ours. */
  const ahead = new Map<string, number>()
  return {
    note(service, time) {
      const by = time.getTime() - Date.now()
      if (!Number.isNaN(by)) ahead.set(service, by)
    },
    isSilent: () => ahead.size === 0,
    advice: () => advise([...ahead]),
  }
}

function advise(all: readonly (readonly [string, number])[]): string | undefined {
  const off = all.filter(([, by]) => Math.abs(by) > tolerance)
  const [first] = off
  if (first === undefined) return undefined
  const by = first[1]
  const right = all.filter((one) => !off.includes(one)).map(([name]) => name)
  const alike = off.filter(([, other]) => Math.abs(other - by) <= tolerance).map(([name]) => name)
  // Two who agree against one are believed.
  if (alike.length > 1 && alike.length > right.length)
    return `the clock of this machine is ${span(by)} ${by > 0 ? 'behind' : 'ahead of'} the clocks of ${list(alike)}: set it`
  const direction = by > 0 ? 'ahead of' : 'behind'
  if (right.length > 0)
    return `the ${alike.length > 1 ? 'clocks' : 'clock'} of ${list(alike)} ${alike.length > 1 ? 'are' : 'is'} ${span(by)} ${direction} that of this machine and of ${list(right)}`
  return `the clock of this machine is ${span(by)} ${by > 0 ? 'behind' : 'ahead of'} that of ${list(alike)}: one of the two is wrong`
}

const list = (names: readonly string[]): string => names.join(' and ').replace(/ and (?=.* and )/g, ', ')

/** A length of time in words. */
export function span(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000)
  if (seconds < 120) return `${seconds} seconds`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} hours`
  return `${Math.round(seconds / 86_400)} days`
}
