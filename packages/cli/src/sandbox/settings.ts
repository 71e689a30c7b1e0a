// How a sandbox is to behave: the flags that its command line takes, and whether one that runs already behaves so.
import { SealwaxError } from '@sealwax/core/errors'
import { addFault, parseFault, type Faults } from '@sealwax/sandbox/faults'
import { advice } from './advice.ts'

export interface SandboxSettings {
  /** As written: `rekor:429x3`. */
  readonly faults: readonly string[]
  /** Which transparency log clients are led to. */
  readonly rekor: '1' | '2'
}

/** What a call asks for; what it leaves out is as it happens to be. */
export type WantedSettings = Partial<SandboxSettings>

/** Adds the faults of one flag (or of a variable: separated by commas) to those before it. @throws USAGE */
export function collectFaults(text: string, before: readonly string[] = []): readonly string[] {
  const texts = text.split(',').map((part) => part.trim())
  for (const one of texts) {
    try {
      parseFault(one)
    } catch (cause) {
      throw new SealwaxError('USAGE', '--fault names no fault of the sandbox', {
        expected: 'SERVICE:WHAT, like rekor:429x3, fulcio:delay=3s, timestamp:hang, rekor2:bad-proof',
        found: (cause as Error).message,
        hint: 'see "Failing on purpose" in the README of @sealwax/sandbox',
      })
    }
  }
  return [...before, ...texts]
}

/** The faults as the sandbox takes them, those of one service in the order they were given. */
export function faultsOf({ faults }: SandboxSettings): Faults {
  return faults.map((text) => parseFault(text)).reduce(addFault, {})
}

/** The flags that ask for these settings. */
export function settingFlags({ faults = [], rekor }: WantedSettings): string[] {
  return [...faults.flatMap((fault) => ['--fault', fault]), ...(rekor === undefined ? [] : ['--rekor', rekor])]
}

/**
 * A sandbox that runs keeps the settings it was started with.
 * @param running what it says of itself, from another process
 * @throws FILE_EXISTS when others are asked for
 */
export function demandSettings(wanted: WantedSettings, running: unknown, directory: string): void {
  const { faults, rekor } = (running ?? {}) as { readonly faults?: unknown; readonly rekor?: unknown }
  const same =
    (wanted.rekor === undefined || wanted.rekor === rekor) &&
    (wanted.faults === undefined || JSON.stringify(wanted.faults) === JSON.stringify(faults))
  if (same) return
  throw new SealwaxError('FILE_EXISTS', `the sandbox that runs in ${directory} was started with other settings`, {
    expected: settingFlags(wanted).join(' '),
    found: `${Array.isArray(faults) && faults.length > 0 ? faults.join(' ') : 'no faults'}, Rekor ${String(rekor)}`,
    hint: `stop it first: ${advice('--stop', directory)}`,
  })
}
