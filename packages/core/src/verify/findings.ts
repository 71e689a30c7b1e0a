import { isSealwaxError } from '../errors.ts'
import type { Evidence, Failure, FailureCode } from './evidence.ts'

/** What comes to light while a bundle is checked. */
export interface Findings {
  readonly failures: Failure[]
  readonly unknown: Evidence['unknown'][number][]
  fail(check: Failure['check'], code: FailureCode, message: string, details?: Pick<Failure, 'expected' | 'found'>): void
  /** Runs a check that throws when it fails; anything but a SealwaxError is a bug and passes. */
  attempt<T>(check: Failure['check'], code: FailureCode, run: () => T): T | undefined
}

export function newFindings(): Findings {
  const failures: Failure[] = []
  const fail: Findings['fail'] = (check, code, message, details = {}) => {
    failures.push({ check, code, message, ...details })
  }
  return {
    failures,
    unknown: [],
    fail,
    attempt: (check, code, run) => {
      try {
        return run()
      } catch (error) {
        if (!isSealwaxError(error)) throw error
        const { expected, found } = error
        fail(check, code, error.message, {
          ...(expected === undefined ? {} : { expected }),
          ...(found === undefined ? {} : { found }),
        })
        return undefined
      }
    },
  }
}
