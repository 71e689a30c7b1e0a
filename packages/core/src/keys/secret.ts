import { inspect } from 'node:util'

const redacted = '[redacted]'

/**
 * A value that must not reach a log: a password, a token. However it is printed, it reads `[redacted]`; only `expose()`
 * hands it out, so that each use can be found by name.
 */
export class Secret<T = string> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
    // Not a method: a computed name cannot stand in a declaration.
    Object.defineProperty(this, inspect.custom, { value: () => redacted })
  }

  expose(): T {
    return this.#value
  }

  toString(): string {
    return redacted
  }

  toJSON(): string {
    return redacted
  }
}
