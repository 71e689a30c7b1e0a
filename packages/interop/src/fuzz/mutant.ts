import { editBytes } from './bytes.ts'
import { editField } from './fields.ts'
import { makeHostile } from './hostile.ts'
import { type Json, write } from './json.ts'
import { randomOf } from './random.ts'
import type { Seed } from './seeds.ts'

/** A changed bundle, which its number alone makes again. */
export interface Mutant {
  readonly number: number
  readonly seed: Seed
  readonly bytes: Buffer
  /** What was done to the seed, in order. */
  readonly changes: readonly string[]
}

/** The mutant of that number: most by fields, a quarter byte by byte, some hostile. */
export function makeMutant(number: number, seeds: readonly Seed[]): Mutant {
  const random = randomOf(number)
  const seed = random.pick(seeds)
  const kind = random.below(100)
  if (kind < 25) return { number, seed, ...changeBytes(Buffer.from(seed.bundle), 1 + random.below(2), random) }
  const root = JSON.parse(seed.bundle) as Json
  if (kind < 35) {
    const [change, bytes] = makeHostile(root, random)
    return { number, seed, bytes, changes: [change] }
  }
  const donor = JSON.parse(random.pick(seeds).bundle) as Json
  const changes = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => editField(root, random, donor))
  // Some changes change nothing here: a list that is none, an exchange of equals.
  while (write(root) === JSON.stringify(JSON.parse(seed.bundle))) changes.push(editField(root, random, donor))
  return { number, seed, bytes: Buffer.from(write(root)), changes }
}

function changeBytes(
  given: Buffer,
  times: number,
  random: ReturnType<typeof randomOf>,
): Pick<Mutant, 'bytes' | 'changes'> {
  let bytes = given
  const changes = Array.from({ length: times }, () => {
    const [name, edited] = editBytes(bytes, random)
    bytes = edited
    return `bytes: ${name}`
  })
  return { bytes, changes }
}
