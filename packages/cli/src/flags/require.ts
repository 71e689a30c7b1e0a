import { SealwaxError } from '@sealwax/core/errors'

/** A flag that must be given, on the command line or by the environment. @throws USAGE */
export function requireOption(value: string | undefined, flag: string, what: string): string {
  if (value !== undefined && value !== '') return value
  const variable = flag.slice(2).toUpperCase().replaceAll('-', '_')
  throw new SealwaxError('USAGE', `${flag} is missing`, {
    expected: what,
    hint: `give it as ${flag}, SEALWAX_${variable} or COSIGN_${variable}`,
  })
}
