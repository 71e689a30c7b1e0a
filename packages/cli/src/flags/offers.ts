// Values that completion offers for a flag which takes others as well.
import type { Option } from 'commander'

const offers = new WeakMap<Option, readonly string[]>()

/** Makes completion offer `texts` for this flag; unlike commander's choices they are no limit, and no part of the help. */
export function offer(option: Option, texts: readonly string[]): Option {
  offers.set(option, texts)
  return option
}

/** What completion shows for a flag; none: file names. */
export function offered(option: Option): readonly string[] {
  return offers.get(option) ?? option.argChoices ?? []
}
